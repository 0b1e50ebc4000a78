// Chapter 9 · lab · daemonize: the judge. The daemon waits at a named pipe in the middle of its start, and is looked at
// there, while the process that was started waits for it.
#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "platform/handle.h"
#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

struct Started {
  Program program;
  std::string gate;
  Seen own, daemon;
};

std::string proc(Pid pid, const std::string& name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

/// Waits for the one who opens the gate. It is the daemon.
Objection find_daemon(Started& started) {
  Program& program = started.program;
  started.own = look_at(program.pid()).value_or(Seen{});
  const Deadline until = Deadline::after(Milliseconds(4'000));
  while (!until.passed()) {
    // Asked before the look: one that ends within it may have left somebody who was not there yet.
    const bool is_last = program.ended();
    bool anybody = false;
    for (const Seen& seen : program.family()) {
      anybody = anybody || seen.state != 'Z';
      const std::optional<Call> call = call_of(seen.pid);
      if (!call || !call->name.starts_with("open") || !wait_blocked(seen.pid, until)) continue;
      if (seen.pid == started.own.pid) return failed("no_daemon", {{"pid", seen.own}});
      started.daemon = look_at(seen.pid).value_or(seen);
      return std::nullopt;
    }
    if (anybody || !is_last) continue;
    const Ending end = program.finish();
    return ended_well(end).value_or(failed("nobody_prepares"));
  }
  return failed("nobody_prepares");
}

Started start(Judge& judge, Objection& bad) {
  const std::string name = judge.word(8), gate = judge.folder() + "/" + name;
  ::mkfifo(gate.c_str(), 0600);
  ::chmod(gate.c_str(), 0666);
  Started started{
      judge.start({.args = {name}, .keep_input = true, .deadline = Milliseconds(6'000)}),
      gate,
      {},
      {}};
  bad = find_daemon(started);
  if (bad) started.program.signal(SIGKILL);
  return started;
}

/// Looks at the daemon where it waits; then there is no need to wait for more.
Verdict look(Judge& judge, Verdict (*at)(const Started&)) {
  Objection bad;
  Started started = start(judge, bad);
  if (bad) return *bad;
  Verdict verdict = at(started);
  started.program.signal(SIGKILL);
  return verdict;
}

/// Says it at the gate, where the daemon waits.
void say(const Started& started, std::string_view word) {
  const Handle gate(::open(started.gate.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  if (gate && ::write(gate.get(), word.data(), word.size()) == -1) return;
}

Verdict session_of(const Started& started) {
  const Seen &own = started.own, &daemon = started.daemon;
  if (daemon.session == own.session)
    return failed("same_session", {{"pid", daemon.own}, {"parent", own.own}});
  if (daemon.session == daemon.pid) return failed("leader", {{"pid", daemon.own}});
  return passed();
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat one {
  }, other{};
  return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 &&
         one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

Verdict directory_of(const Started& started) {
  const Pid pid = started.daemon.pid;
  if (same_file(proc(pid, "cwd"), proc(pid, "root"))) return passed();
  return failed("holds_directory", {{"pid", started.daemon.own}});
}

bool is_null(Pid pid, int number) {
  struct stat what {};
  return ::stat(proc(pid, "fd/" + std::to_string(number)).c_str(), &what) == 0 &&
         S_ISCHR(what.st_mode) && what.st_rdev == ::makedev(1, 3);
}

Verdict descriptors_of_it(const Started& started) {
  const Seen& daemon = started.daemon;
  for (int number = 0; number <= 2; ++number) {
    if (is_null(daemon.pid, number)) continue;
    std::string target;
    for (const Descriptor& open : descriptors_of(daemon.pid)) {
      if (open.number == number) target = open.target;
    }
    if (target.empty()) return failed("closed", {{"pid", daemon.own}, {"fd", number}});
    return failed("holds", {{"pid", daemon.own}, {"fd", number}, {"target", excerpt(target)}});
  }
  return passed();
}

Verdict session(Judge& judge) { return look(judge, session_of); }
Verdict directory(Judge& judge) { return look(judge, directory_of); }
Verdict descriptors(Judge& judge) { return look(judge, descriptors_of_it); }

Verdict ready(Judge& judge) {
  Objection bad;
  Started started = start(judge, bad);
  if (bad) return *bad;
  Program& program = started.program;
  if (!program.sleeps_in("")) {
    return program.ended() ? failed("too_early", {{"pid", started.daemon.own}})
                           : failed("busy", {{"pid", started.own.own}});
  }
  say(started, "go");
  const Ending end = program.finish();
  if (end.status.code == 1 && !end.timed_out) return failed("denies_it");
  return ended_well(end).value_or(passed());
}

Verdict fails(Judge& judge) {
  for (const char* word : {"no", "die"}) {
    Objection bad;
    Started started = start(judge, bad);
    if (bad) return *bad;
    say(started, word);
    const Ending end = started.program.finish();
    if (!end.timed_out && end.status.success())
      return failed("success_for_nothing", {{"pid", started.daemon.own}});
    if (Objection wrong = ended_with(end, 1)) return *wrong;
  }
  return passed();
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"session", session},
                     {"directory", directory},
                     {"descriptors", descriptors},
                     {"ready", ready},
                     {"fails", fails}});
}
