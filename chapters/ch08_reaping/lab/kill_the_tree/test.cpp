// Chapter 8 · lab · kill_the_tree: the judge. Trees of shells and sleepers; one sleeper flees by setsid and double fork.
#include <csignal>

#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

/// A program whose command has come up, and so have its sleepers.
Objection come_up(Program& program, std::size_t sleepers) {
  if (program.line() != "up") return no_line(program, "up");
  const Deadline until = Deadline::after(Milliseconds(6'000));
  std::size_t count = 0;
  while (!until.passed() && !program.ended()) {
    count = 0;
    for (const Seen& seen : program.offspring()) count += seen.name == "sleep" ? 1 : 0;
    if (count == sleepers) return std::nullopt;
  }
  if (program.ended()) return no_line(program, "gone");
  return failed("few", {{"count", count}, {"wanted", sleepers}});
}

Program start(Judge& judge, const std::string& script) {
  return judge.start(
      {.args = {"/bin/sh", "-c", script}, .keep_input = true, .deadline = Milliseconds(8'000)});
}

struct After {
  Objection bad;             ///< it did not come to "gone"
  std::optional<Seen> left;  ///< alive, and asleep as before: who was killed may still be dying
  std::vector<Seen> family;
};

After stop(Program& program, const char* hangs) {
  After after;
  program.feed("stop\n");
  const std::optional<std::string> line = program.line();
  if (!line && !program.ended()) return {failed(hangs), {}, {}};
  if (line != "gone") {
    const Ending end = program.finish();
    if (end.timed_out) return {failed(hangs), {}, {}};
    return {ended_well(end).value_or(
                failed("no_line", {{"wanted", "gone"}, {"output", excerpt(end.out)}})),
            {},
            {}};
  }
  for (const Seen& seen : program.offspring()) {
    if (seen.state == 'Z' || !wait_blocked(seen.pid, Deadline::after(Milliseconds(1'000))))
      continue;
    after.left = seen;
    break;
  }
  after.family = program.family();
  return after;
}

Verdict end_of(Program& program) {
  program.end_input();
  return ended_well(program.finish()).value_or(passed());
}

Verdict children(Judge& judge) {
  const int count = judge.number(2, 4);
  std::string script;
  for (int n = 0; n < count; ++n) script += "sh -c 'sleep 1000 & wait' & ";
  Program program = start(judge, script + "echo up; wait");
  if (Objection bad = come_up(program, static_cast<std::size_t>(count))) return *bad;
  const After after = stop(program, "does_not_end");
  if (after.bad) return *after.bad;
  if (after.left) return failed("left", {{"pid", after.left->own}, {"name", after.left->name}});
  return end_of(program);
}

Verdict stubborn(Judge& judge) {
  Program program = start(judge, "trap '' TERM HUP INT; sleep 1000 & echo up; wait");
  if (Objection bad = come_up(program, 1)) return *bad;
  const After after = stop(program, "ignores_it");
  if (after.bad) return *after.bad;
  if (after.left) return failed("ignored", {{"pid", after.left->own}, {"name", after.left->name}});
  return end_of(program);
}

Verdict fled(Judge& judge) {
  Program program =
      start(judge, "setsid sh -c '(sleep 1000 &); echo up' & wait; sleep 1000 & wait");
  if (Objection bad = come_up(program, 2)) return *bad;
  const After after = stop(program, "does_not_end");
  if (after.bad) return *after.bad;
  if (after.left) return failed("fled", {{"pid", after.left->own}, {"name", after.left->name}});
  return end_of(program);
}

Verdict no_zombie(Judge& judge) {
  Program program = start(judge, "sh -c 'sleep 1000 & wait' & sleep 1000 & echo up; wait");
  if (Objection bad = come_up(program, 2)) return *bad;
  const After after = stop(program, "does_not_end");
  if (after.bad) return *after.bad;
  if (Objection bad = no_zombies(program.family())) return *bad;
  return end_of(program);
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(
      argc, argv,
      {{"children", children}, {"stubborn", stubborn}, {"fled", fled}, {"no_zombie", no_zombie}});
}
