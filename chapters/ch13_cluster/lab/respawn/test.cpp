// Chapter 13 · lab · respawn: the judge. Its workers leave a line in a file each time that they
// run, so it counts lives by the file system; that it waits is seen by its sleep without a child.
#include <algorithm>
#include <csignal>

#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

constexpr const char* kAlways = "600000";  // ms: each life is shorter

Program start(Judge& judge, const std::string& base, int limit, const char* quick,
              const std::string& command) {
  return judge.start(
      {.args = {base, std::to_string(limit), quick, command}, .deadline = Milliseconds(5'000)});
}

/// How often the worker has run.
std::ptrdiff_t lives(Judge& judge, const std::string& name = "lives") {
  const std::string text = judge.file(name).value_or("");
  return std::count(text.begin(), text.end(), '\n');
}

/// Ends well in its `count`-th life, and by `end` before.
std::string until(int count, const std::string& end, const std::string& name = "lives") {
  return "echo x >> " + name + "; [ $(wc -l < " + name + ") -ge " + std::to_string(count) +
         " ] && exit 0; " + end;
}

Verdict starts_again(Judge& judge) {
  const int count = judge.number(3, 5);
  for (const std::string& end : {std::string("exit 3"), std::string("kill -KILL $$")}) {
    const std::string name = end.substr(0, 4);
    const Ending ending = start(judge, "1", 20, kAlways, until(count, end, name)).finish();
    if (Objection bad = ended_at_all(ending)) return *bad;
    const auto seen = lives(judge, name);
    if (seen < count) return failed("stopped", {{"lives", seen}, {"wanted", count}, {"end", end}});
    if (Objection bad = ended_well(ending)) return *bad;
    if (seen > count) return failed("after_success", {{"lives", seen}, {"wanted", count}});
  }
  return passed();
}

Verdict gives_up(Judge& judge) {
  const int limit = judge.number(3, 5);
  const Ending end = start(judge, "1", limit, kAlways, "echo x >> lives; exit 1").finish();
  const auto seen = lives(judge);
  if (seen > limit + 1) return failed("for_ever", {{"lives", seen}, {"limit", limit}});
  if (Objection bad = ended_with(end, 1)) return *bad;
  if (seen != limit) return failed("off", {{"lives", seen}, {"limit", limit}});
  return end.out == "give up\n" ? passed() : failed("silent", {{"output", excerpt(end.out)}});
}

/// No life is a crash here, so there is no limit to them.
Verdict long_lives(Judge& judge) {
  const int limit = judge.number(2, 3), count = limit + 4;
  const Ending end = start(judge, "1", limit, "0", until(count, "exit 1")).finish();
  if (Objection bad = ended_at_all(end)) return *bad;
  const auto seen = lives(judge);
  if (seen < count) return failed("counted", {{"lives", seen}, {"limit", limit}});
  return ended_well(end).value_or(passed());
}

/// It sleeps, and has no child: it waits before it starts the next. False: it has ended first.
bool rests(Program& program) {
  for (int same = 0; !program.ended() && same < 3;) {
    same = program.sleeps_in("", Milliseconds(300)) && program.offspring().empty() ? same + 1 : 0;
    if (program.call() == "wait4") same = 0;
  }
  return !program.ended();
}

Verdict backs_off(Judge& judge) {
  {
    Program program = start(judge, "600000", 5, kAlways, "echo x >> lives; exit 1");
    while (!program.ended() && lives(judge) == 0) continue;
    if (!rests(program) || lives(judge) != 1) return failed("no_wait", {{"lives", lives(judge)}});
  }
  // Four waits of 150, 300, 600 and 1200 ms: it may take longer, never less.
  const int least = 150 + 300 + 600 + 1200;
  const Clock::time_point before = Clock::now();
  const Ending end = start(judge, "150", 5, kAlways, "exit 1").finish();
  const auto span = std::chrono::ceil<Milliseconds>(Clock::now() - before).count();
  if (Objection bad = ended_with(end, 1)) return *bad;
  return span < least ? failed("not_doubled", {{"span", span}, {"least", least}}) : passed();
}

Verdict stops(Judge& judge) {
  {
    Program program = start(judge, "1", 5, kAlways, "exec sleep 1000");
    const std::optional<Seen> worker = program.find("sleep");
    if (worker && Signals::has(signals_of(worker->pid).blocked, SIGTERM)) {
      return failed("blocked", {{"pid", worker->own}});
    }
    program.sleeps_in("");
    program.signal(SIGTERM);
    const Ending end = program.finish();
    if (!end.outlived.empty()) return failed("left", {{"pid", end.outlived.front().own}});
    if (Objection bad = ended_well(end)) return *bad;
  }
  Program program = start(judge, "600000", 5, kAlways, "echo x >> lives; exit 1");
  while (!program.ended() && lives(judge) == 0) continue;
  if (!rests(program))
    return ended_well(program.finish()).value_or(failed("no_wait", {{"lives", lives(judge)}}));
  const std::string call = program.call();
  program.signal(SIGTERM);
  const Ending end = program.finish();
  if (end.timed_out) return failed("sleeps_on", {{"call", call}});
  return ended_well(end).value_or(passed());
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"starts_again", starts_again},
                     {"gives_up", gives_up},
                     {"long_lives", long_lives},
                     {"backs_off", backs_off},
                     {"stops", stops}});
}
