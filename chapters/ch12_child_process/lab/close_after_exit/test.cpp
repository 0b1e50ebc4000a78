// Chapter 12 · lab · close_after_exit: the judge. Its commands leave a cat behind that holds the
// pipe for as long as the judge keeps descriptor 3 open: so it decides when "close" may come.
#include <unistd.h>

#include "platform/handle.h"
#include "tests/lab/judge.h"
#include "tests/lab/pipes_linux.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

/// The program with a command whose cat reads from our pipe.
struct Held {
  std::string trouble;
  Pipe gate = make_pipe(trouble);
  Program program;

  Held(Judge& judge, const std::string& command)
      : program(judge.start({.args = {command},
                             .slots = {spawn::Slot::from(3, gate.read.get())},
                             .deadline = Milliseconds(4'000)})) {
    gate.read.close();
  }
  /// The cat, once it is there and reads.
  std::optional<Seen> cat() {
    std::optional<Seen> cat = program.find("cat");
    while (cat && !wait_blocked(cat->pid, Deadline::after(Milliseconds(500))) && !program.ended() &&
           look_at(cat->pid)) {
    }
    return cat;
  }
  /// Whoever has killed the cat hears of what is missing.
  void write(const std::string& bytes) {
    (void)!::write(gate.write.get(), bytes.data(), bytes.size());
  }
};

Verdict spin(Program& program, const char* what) {
  const std::optional<Seen> who = look_at(program.pid());
  return failed("spin", {{"pid", who ? who->own : 0}, {"what", what}});
}

Verdict no_cat(Program& program, const char* command) {
  const Ending end = program.finish();
  if (Objection bad = ended_at_all(end)) return *bad;
  return failed("not_run", {{"command", command}, {"output", excerpt(end.out)}});
}

/// It sleeps, and the shell is neither a zombie nor unreported.
Objection exit_told(Program& program) {
  while (!program.ended() && program.out().empty()) {
    std::optional<Seen> zombie;
    for (const Seen& seen : program.offspring()) {
      if (seen.state == 'Z' && seen.parent == program.pid()) zombie = seen;
    }
    if (!zombie || !program.sleeps_in("", Milliseconds(500)) || !program.out().empty()) continue;
    const std::optional<Call> call = call_of(program.pid());
    return failed("exit_late", {{"child", zombie->own}, {"call", call ? call->name : "?"}});
  }
  return {};
}

constexpr const char* kLeaves = "cat <&3 & exit ";

Verdict exit_first(Judge& judge) {
  const std::string code = std::to_string(judge.number(2, 90));
  Held held(judge, kLeaves + code);
  Program& program = held.program;
  const std::optional<Seen> cat = held.cat();
  if (!cat) return no_cat(program, kLeaves);
  if (Objection bad = exit_told(program)) return *bad;
  if (program.out().empty()) return no_line(program, ("exit " + code).c_str());
  const bool sleeps = program.sleeps_in("");
  if (program.out().find("close") != std::string::npos) {
    return failed("closed_early", {{"other", cat->own}, {"name", cat->name}});
  }
  if (program.ended()) return failed("ended_early", {{"other", cat->own}, {"name", cat->name}});
  if (!sleeps) return spin(program, "exit");
  held.gate.write.close();
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  const std::string wanted = "exit " + code + "\nclose 0\n";
  return end.out == wanted
             ? passed()
             : failed("printed", {{"wanted", excerpt(wanted)}, {"output", excerpt(end.out)}});
}

/// What the cat writes when the shell is long gone belongs to the output, too.
Verdict late_output(Judge& judge) {
  Held held(judge, std::string("printf 12345; ") + kLeaves + "0");
  Program& program = held.program;
  if (!held.cat()) return no_cat(program, kLeaves);
  if (Objection bad = exit_told(program)) return *bad;
  program.sleeps_in("");
  const std::string late = judge.word(static_cast<std::size_t>(judge.number(1'000, 9'000)));
  held.write(late);
  held.gate.write.close();
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  if (end.out == "exit 0\nclose " + std::to_string(late.size() + 5) + "\n") return passed();
  return failed("lost", {{"early", 5}, {"late", late.size()}, {"output", excerpt(end.out)}});
}

/// The other order: stdout is closed, and the shell lives on.
Verdict stdout_first(Judge& judge) {
  const std::string code = std::to_string(judge.number(2, 90));
  const std::string command = "printf 123; exec >/dev/null; cat <&3; exit " + code;
  Held held(judge, command);
  Program& program = held.program;
  if (!held.cat()) return no_cat(program, command.c_str());
  const bool sleeps = program.sleeps_in("");
  if (!program.out().empty()) return failed("before_exit", {{"output", excerpt(program.out())}});
  if (!sleeps && !program.ended()) return spin(program, "end of file");
  held.gate.write.close();
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  const std::string wanted = "exit " + code + "\nclose 3\n";
  return end.out == wanted
             ? passed()
             : failed("printed", {{"wanted", excerpt(wanted)}, {"output", excerpt(end.out)}});
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(
      argc, argv,
      {{"exit_first", exit_first}, {"late_output", late_output}, {"stdout_first", stdout_first}});
}
