// Chapter 10 · lab · mini_loop: the judge. It writes to one input while the others are silent, and
// looks in which call the program sleeps then.
#include <unistd.h>

#include "platform/handle.h"
#include "tests/lab/judge.h"
#include "tests/lab/pipes_linux.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

constexpr const char* kNever = "60000";  // ms: no tick comes in the time of a test

struct Inputs {
  std::vector<Pipe> pipes;
  std::string fault;

  explicit Inputs(int count) {
    for (int n = 0; n < count; ++n) pipes.push_back(make_pipe(fault));
  }
  Program start(Judge& judge, const std::string& interval) {
    Plan plan;
    plan.args = {interval, std::to_string(pipes.size())};
    plan.deadline = Milliseconds(5'000);
    for (std::size_t n = 0; n < pipes.size(); ++n) {
      plan.slots.push_back(spawn::Slot::from(static_cast<int>(3 + n), pipes[n].read.get()));
    }
    Program program = judge.start(plan);
    for (Pipe& pipe : pipes) pipe.read.close();
    return program;
  }
  /// Whoever has closed its input hears of the line that is missing.
  void write(int number, const std::string& text) {
    const Handle& to = pipes[static_cast<std::size_t>(number - 3)].write;
    (void)!::write(to.get(), text.data(), text.size());
  }
  void end(int number) { pipes[static_cast<std::size_t>(number - 3)].write.close(); }
};

/// It has taken what was sent, and sleeps again. Else it is busy without need.
Objection sleeps(Program& program, const char* spin) {
  if (program.sleeps_in("") || program.ended()) return {};
  const std::optional<Seen> who = look_at(program.pid());
  return failed(spin, {{"pid", who ? who->own : 0}});
}

/// `line` has been sent whole on `number`; it is printed before the program sleeps again.
Objection answers(Program& program, int number, const std::string& line, const char* late) {
  const std::string wanted = std::to_string(number) + ": " + line;
  if (Objection bad = sleeps(program, "spin")) return bad;
  if (program.out().ends_with(wanted + "\n")) return {};
  const std::optional<Call> call = call_of(program.pid());
  if (!program.ended() && call && (call->name == "read" || call->name == "readv")) {
    return failed(late, {{"number", number}, {"waits", call->args[0]}});
  }
  return failed("missing", {{"line", wanted}, {"output", excerpt(program.out())}});
}

Verdict inputs(Judge& judge) {
  const int count = judge.number(3, 5);
  Inputs in(count);
  Program program = in.start(judge, kNever);
  for (int round = 0; round < 6; ++round) {
    const int number = 2 + count - (round + judge.number(0, 1)) % count;
    const std::string line = judge.word(8);
    in.write(number, line + "\n");
    if (Objection bad = answers(program, number, line, "blocked")) return *bad;
  }
  for (int number = 3; number < 3 + count; ++number) in.end(number);
  if (!in.fault.empty()) return fault(in.fault);
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  if (end.out.ends_with("\nend\n")) return passed();
  return failed("missing", {{"line", "end"}, {"output", excerpt(end.out)}});
}

/// Half a line on one input must not hold up a whole one on another.
Verdict parts(Judge& judge) {
  Inputs in(2);
  Program program = in.start(judge, kNever);
  const std::string half = judge.word(5), other = judge.word(5), rest = judge.word(5);
  in.write(3, half);
  if (Objection bad = sleeps(program, "spin")) return *bad;
  in.write(4, other + "\n");
  if (Objection bad = answers(program, 4, other, "waits_for_rest")) return *bad;
  in.write(3, rest + "\n");
  if (Objection bad = answers(program, 3, half + rest, "blocked")) return *bad;
  if (!in.fault.empty()) return fault(in.fault);
  return passed();
}

/// One input has ended, others have not: poll() sees its end for ever.
Verdict one_ends(Judge& judge) {
  Inputs in(3);
  Program program = in.start(judge, kNever);
  const int gone = judge.number(3, 5);
  in.end(gone);
  if (Objection bad = sleeps(program, "spin_end")) {
    bad->args.emplace_back("number", gone);
    return *bad;
  }
  if (program.ended()) return failed("ended_early", {{"number", gone}});
  const int other = gone == 3 ? 4 : 3;
  const std::string line = judge.word(8);
  in.write(other, line + "\n");
  return answers(program, other, line, "blocked").value_or(passed());
}

/// Ticks come while the inputs are silent, and lines between them.
Verdict timer(Judge& judge) {
  Inputs in(2);
  Program program = in.start(judge, "40");
  for (int ticks = 0; ticks < 4; ++ticks) {
    const std::optional<std::string> line = program.line();
    if (line == "tick") continue;
    const Ending end = program.finish();
    if (Objection bad = ended_at_all(end); bad && !end.timed_out) return *bad;
    return failed("no_tick", {{"ticks", ticks}, {"output", excerpt(end.out)}});
  }
  const std::string line = judge.word(8);
  in.write(4, line + "\n");
  for (;;) {
    const std::optional<std::string> got = program.line();
    if (got == "4: " + line) break;
    if (got != "tick")
      return failed("missing", {{"line", "4: " + line}, {"output", excerpt(program.out())}});
  }
  in.end(3), in.end(4);
  return ended_well(program.finish()).value_or(passed());
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(
      argc, argv, {{"inputs", inputs}, {"parts", parts}, {"one_ends", one_ends}, {"timer", timer}});
}
