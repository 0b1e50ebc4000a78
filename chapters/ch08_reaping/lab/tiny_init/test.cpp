// Chapter 8 · lab · tiny_init: the judge. It makes an orphan, looks at who its parent is, ends it, and looks whether it
// stays as a zombie.
#include <csignal>

#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

Program shell(Judge& judge, const std::string& script) {
  return judge.start(
      {.args = {"/bin/sh", "-c", script}, .keep_input = true, .deadline = Milliseconds(4'000)});
}

/// A status of 128 + N and a death by N are told as the same through a wrapper, so they are the same here.
unsigned code_of(const Ending& end) {
  return end.status.signal != 0 ? 128 + static_cast<unsigned>(end.status.signal) : end.status.code;
}

Objection gives(const Ending& end, unsigned wanted, const char* key) {
  if (Objection bad = ended_at_all(end)) return bad;
  if (code_of(end) == wanted) return std::nullopt;
  return failed(key, {{"code", code_of(end)}, {"wanted", wanted}});
}

Verdict status(Judge& judge) {
  const auto code = static_cast<unsigned>(judge.number(3, 120));
  if (Objection bad =
          gives(shell(judge, "exit " + std::to_string(code)).finish(), code, "wrong_status"))
    return *bad;
  if (Objection bad = gives(shell(judge, "kill -9 $$").finish(), 137, "wrong_status")) return *bad;
  Program missing =
      judge.start({.args = {"no-such-" + judge.word(8)}, .deadline = Milliseconds(4'000)});
  return gives(missing.finish(), 127, "wrong_status").value_or(passed());
}

const char* const kOrphan = "(sleep 1000 & ) ; echo up; read line; exit 3";

Verdict orphans(Judge& judge) {
  Program program = shell(judge, kOrphan);
  if (program.line() != "up") return no_line(program, "up");
  const std::optional<Seen> orphan = program.find("sleep");  // its parent, a subshell, has ended
  if (!orphan) return no_line(program, "a sleeping orphan");
  const Seen init = look_at(program.pid()).value_or(Seen{});
  if (orphan->parent != init.pid)
    return failed("not_adopted", {{"pid", orphan->own}, {"parent", init.own}});
  send_signal(*orphan, SIGKILL);
  const Deadline until = Deadline::after(Milliseconds(2'000));
  std::optional<Seen> now = look_at(orphan->pid);
  while (now && now->state != 'Z' && !until.passed()) now = look_at(orphan->pid);
  program.sleeps_in("", Milliseconds(1'000));
  now = look_at(orphan->pid);
  if (now && now->started == orphan->started && now->state == 'Z')
    return failed("orphan_zombie", {{"pid", orphan->own}, {"parent", init.own}});
  if (program.ended()) return failed("left_with_orphan", {{"pid", orphan->own}});
  program.feed("\n");
  return gives(program.finish(), 3, "orphans_status").value_or(passed());
}

/// An orphan lives on; the command ends.
Verdict leaves(Judge& judge) {
  Program program = shell(judge, kOrphan);
  if (program.line() != "up") return no_line(program, "up");
  program.feed("\n");
  const Ending end = program.finish();
  if (end.timed_out) return failed("waits_for_all");
  return gives(end, 3, "wrong_status").value_or(passed());
}

Verdict passes_on(Judge& judge) {
  Program program =
      shell(judge,
            "sleep 1000 & p=$!; for s in HUP INT USR1 USR2; do trap \"echo $s\" $s; done; "
            "trap 'kill $p; echo TERM; exit 7' TERM; echo up; while :; do wait $p; done");
  if (program.line() != "up") return no_line(program, "up");
  const std::vector<Seen> children = children_of(program.family(), program.pid());
  if (children.empty()) return failed("no_child");
  for (int signal = 1; signal < 32; ++signal) {
    if (Signals::has(signals_of(children.front().pid).blocked, signal))
      return failed("blocked", {{"pid", children.front().own}, {"signal", signal_name(signal)}});
  }
  for (const int signal : {SIGHUP, SIGUSR2, SIGINT, SIGUSR1, SIGTERM}) {
    // dash may miss a signal between two waits, so it is in one when the signal comes.
    wait_blocked(children.front().pid, Deadline::after(Milliseconds(2'000)));
    program.signal(signal);
    if (program.line() == signal_name(signal).substr(3)) continue;
    const Ending end = program.finish();
    if (end.status.signal == signal) return failed("died_of_it", {{"signal", signal_name(signal)}});
    return failed("not_passed_on",
                  {{"signal", signal_name(signal)}, {"pid", children.front().own}});
  }
  return gives(program.finish(), 7, "wrong_status").value_or(passed());
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(
      argc, argv,
      {{"status", status}, {"orphans", orphans}, {"leaves", leaves}, {"passes_on", passes_on}});
}
