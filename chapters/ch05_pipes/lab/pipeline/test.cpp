// Chapter 5 · lab · pipeline: the judge.
#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

Verdict through(Judge& judge, std::vector<std::string> args, std::size_t size) {
  const std::string text = judge.text(size);
  Program program =
      judge.start({.args = std::move(args), .input = text, .deadline = Milliseconds(3'000)});
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  if (end.out == text) return nothing_outlived(end).value_or(passed());
  return failed("changed",
                {{"sent", text.size()}, {"arrived", end.out.size()}, {"output", excerpt(end.out)}});
}

Verdict passes(Judge& judge) {
  return through(judge, {"cat", "--", "cat", "--", "cat"},
                 static_cast<std::size_t>(judge.number(100, 2000)));
}
Verdict large(Judge& judge) {
  return through(judge, {"cat", "--", "cat"},
                 static_cast<std::size_t>(judge.number(300'000, 600'000)));
}

Verdict early_end(Judge& judge) {
  const std::string word = judge.word(8);
  Program program = judge.start(
      {.args = {"yes", word, "--", "head", "-n", "1"}, .deadline = Milliseconds(3'000)});
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  return end.out == word + "\n"
             ? passed()
             : failed("changed", {{"sent", 1}, {"arrived", 0}, {"output", excerpt(end.out)}});
}

Verdict exit_code(Judge& judge) {
  const int code = judge.number(3, 100);
  Program program = judge.start({.args = {"true", "--", "sh", "-c", "exit " + std::to_string(code)},
                                 .deadline = Milliseconds(3'000)});
  return ended_with(program.finish(), static_cast<unsigned>(code)).value_or(passed());
}

/// The first command waits for stdin, which stays open; the last one ends at once.
Verdict waits_for_all(Judge& judge) {
  Program program = judge.start({.args = {"sh", "-c", "cat >/dev/null", "--", "true"},
                                 .keep_input = true,
                                 .deadline = Milliseconds(4'000)});
  if (!program.sleeps_in("")) return failed("ended_early");
  program.end_input();
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  return nothing_outlived(end).value_or(passed());
}

/// The text has come through, so all commands are there, and wait for more.
Verdict clean(Judge& judge) {
  Program program = judge.start({.args = {"cat", "--", "cat", "--", "cat"},
                                 .input = "x\n",
                                 .keep_input = true,
                                 .deadline = Milliseconds(4'000)});
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
                    {{"passes", passes},
                     {"large", large},
                     {"early_end", early_end},
                     {"exit_code", exit_code},
                     {"waits_for_all", waits_for_all},
                     {"clean", clean}});
}
