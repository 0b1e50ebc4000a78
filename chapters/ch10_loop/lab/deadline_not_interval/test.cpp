// Chapter 10 · lab · deadline_not_interval: the judge. It wakes the program again and again, by
// lines and by signals, and reads from the kernel for how long the program then goes to sleep.
#include <csignal>

#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

constexpr unsigned kTimeout = 3;

/// It is over for the right reason.
Verdict says(const Ending& end, const char* word, unsigned code) {
  if (Objection bad = ended_with(end, code)) return *bad;
  if (end.out == std::string(word) + "\n") return passed();
  return failed("wrong_word", {{"word", word}, {"output", excerpt(end.out)}});
}

/// Wakes it by `wake` each time that it sleeps, for far longer than it may wait: it has to end
/// under that.
Verdict ends_under(Program program, int limit, const char* key, void (*wake)(Program&)) {
  int times = 0;
  long timeout = -1;
  while (!program.ended()) {
    if (!program.sleeps_in("", Milliseconds(500))) continue;
    const std::optional<Call> call = call_of(program.pid());
    if (call && call->name == "poll") timeout = call->args[2];
    wake(program);
    ++times;
  }
  const Ending end = program.finish();
  if (end.timed_out) {
    if (Objection bad = ended_at_all(end); bad && bad->message == "hang_stdin") return *bad;
    return failed(key, {{"limit", limit}, {"times", times}, {"timeout", timeout}});
  }
  return says(end, "timeout", kTimeout);
}

Verdict busy(Judge& judge) {
  const int limit = judge.number(400, 700);
  return ends_under(judge.start({.args = {std::to_string(limit)},
                                 .keep_input = true,
                                 .deadline = Milliseconds(limit + 3'000)}),
                    limit, "restarted", [](Program& program) { program.feed("go on\n"); });
}

Verdict signals(Judge& judge) {
  const int limit = judge.number(400, 700);
  return ends_under(judge.start({.args = {std::to_string(limit)},
                                 .keep_input = true,
                                 .deadline = Milliseconds(limit + 3'000)}),
                    limit, "restarted_signal", [](Program& program) {
                      // Before its handler is there, the signal would be its end.
                      if (Signals::has(signals_of(program.pid()).caught, SIGUSR1))
                        program.signal(SIGUSR1);
                    });
}

/// A signal is no end either: with a minute to go it goes back to sleep.
Verdict not_before(Judge& judge) {
  Program program =
      judge.start({.args = {"60000"}, .keep_input = true, .deadline = Milliseconds(5'000)});
  for (int times = judge.number(2, 4); times > 0; --times) {
    if (program.sleeps_in("", Milliseconds(1'000))) program.signal(SIGUSR1);
    if (!program.ended() && spins(program.pid())) {
      const std::optional<Seen> who = look_at(program.pid());
      return failed("spin", {{"pid", who ? who->own : 0}});
    }
  }
  program.sleeps_in("", Milliseconds(1'000));
  if (program.ended()) {
    const Ending end = program.finish();
    if (Objection bad = ended_at_all(end)) return *bad;
    return failed("gave_up", {{"output", excerpt(end.out)}, {"code", end.status.code}});
  }
  program.feed("not this\nst");
  program.sleeps_in("");
  program.feed("op\n");
  return says(program.finish(), "stopped", 0);
}

/// Half a line, and then nothing: whoever reads on for its end waits without a limit.
Verdict half_line(Judge& judge) {
  const int limit = judge.number(200, 400);
  Program program = judge.start({.args = {std::to_string(limit)},
                                 .input = "st",
                                 .keep_input = true,
                                 .deadline = Milliseconds(limit + 3'000)});
  program.sleeps_in("");
  const std::optional<Call> call = call_of(program.pid());
  const bool reads = !program.ended() && call && call->name == "read" && call->args[0] == 0;
  while (!program.ended() && program.line()) continue;
  const Ending end = program.finish();
  if (end.timed_out && reads) return failed("reads_on", {{"limit", limit}});
  return says(end, "timeout", kTimeout);
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(
      argc, argv,
      {{"busy", busy}, {"signals", signals}, {"not_before", not_before}, {"half_line", half_line}});
}
