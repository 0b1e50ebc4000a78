// Chapter 4 · lab · why_not_started: the judge.
#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

/// Runs it with these arguments and compares its one line; `key` is the message for another one.
Verdict expect(Judge& judge, std::vector<std::string> args, const std::string& wanted,
               const char* key) {
  Program program = judge.start({.args = std::move(args), .deadline = Milliseconds(3'000)});
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  if (end.out == wanted + "\n") return nothing_outlived(end).value_or(passed());
  return failed(key, {{"got", excerpt(end.out)}, {"wanted", wanted}});
}

Verdict runs(Judge& judge) {
  const std::string code = std::to_string(judge.number(3, 120));
  return expect(judge, {"/bin/sh", "-c", "exit " + code}, "exit " + code, "wrong_line");
}

Verdict killed(Judge& judge) {
  const std::string signal = std::to_string(judge.number(0, 1) == 0 ? 9 : 15);
  return expect(judge, {"/bin/sh", "-c", "kill -" + signal + " $$"}, "signal " + signal,
                "wrong_line");
}

Verdict missing_file(Judge& judge) {
  const std::string path = "/usr/no-such-" + judge.word(8);
  Verdict verdict = expect(judge, {path}, "not started: No such file or directory", "wrong_reason");
  if (verdict.message == "wrong_reason" &&
      verdict.args[0].value == decltype(Arg::value)("exit 127\\n")) {
    verdict.message = "exit_127";
  }
  return verdict;
}

Verdict no_permission(Judge& judge) {
  return expect(judge, {"/usr"}, "not started: Permission denied", "wrong_reason");
}

Verdict says_127_itself(Judge& judge) {
  return expect(judge, {"/bin/sh", "-c", "exit 127"}, "exit 127", "taken_for_failure");
}

/// cat waits for stdin meanwhile, and is looked at.
Verdict clean(Judge& judge) {
  Program program = judge.start({.args = {"/bin/cat"}, .input = "x\n", .keep_input = true});
  if (program.line() != "x") return no_line(program, "x");
  for (const Seen& seen : program.offspring()) {
    if (Objection bad = no_strays(seen)) return *bad;
  }
  program.end_input();
  return ended_well(program.finish()).value_or(passed());
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"runs", runs},
                     {"killed", killed},
                     {"missing_file", missing_file},
                     {"no_permission", no_permission},
                     {"says_127_itself", says_127_itself},
                     {"clean", clean}});
}
