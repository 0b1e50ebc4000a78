// Chapter 7 · lab · timeout: the judge. The commands are small shells: one that ends, one that tidies up, one that
// will not listen, one with a child of its own.
#include <csignal>
#include <cstdint>

#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

Program run(Judge& judge, int ms, int grace, std::vector<std::string> command, int seconds = 4) {
  std::vector<std::string> args = {std::to_string(ms), std::to_string(grace)};
  args.insert(args.end(), command.begin(), command.end());
  return judge.start({.args = std::move(args), .deadline = Milliseconds(seconds * 1'000)});
}

Program shell(Judge& judge, int ms, int grace, const std::string& script, int seconds = 4) {
  return run(judge, ms, grace, {"/bin/sh", "-c", script}, seconds);
}

/// A status of 128 + N and a death by N are told as the same through a wrapper, so they are the same here.
unsigned code_of(const Ending& end) {
  return end.status.signal != 0 ? 128 + static_cast<unsigned>(end.status.signal) : end.status.code;
}

Objection gives(Program program, unsigned wanted) {
  const Ending end = program.finish();
  if (end.timed_out) return failed("waits_for_deadline");
  if (Objection bad = ended_at_all(end)) return bad;
  if (code_of(end) == wanted) return std::nullopt;
  return failed("wrong_status", {{"code", code_of(end)}, {"wanted", wanted}});
}

Verdict in_time(Judge& judge) {
  const int code = judge.number(3, 120);
  if (Objection bad = gives(shell(judge, 60'000, 60'000, "exit " + std::to_string(code)),
                            static_cast<unsigned>(code)))
    return *bad;
  if (Objection bad = gives(shell(judge, 60'000, 60'000, "kill -9 $$"), 137)) return *bad;
  return gives(run(judge, 60'000, 60'000, {"no-such-" + judge.word(8)}), 127).value_or(passed());
}

/// The end of a command that did not end in time.
Objection ended_late(const Ending& end, const char* hangs) {
  if (end.timed_out) return failed(hangs);
  if (Objection bad = ended_at_all(end)) return bad;
  if (end.status.signal == SIGTERM || end.status.signal == SIGKILL) {
    return failed("shot_itself", {{"signal", signal_name(end.status.signal)}});
  }
  if (code_of(end) != 124) return failed("not_124", {{"code", code_of(end)}});
  return std::nullopt;
}

/// A machine under load starts a shell late. So the deadline grows until the shell was up before it.
constexpr int kDeadlines[] = {200, 1'500, 6'000};

bool is_up(const std::string& out) { return out.starts_with("up\n"); }
Verdict never_up(const std::string& out) {
  return failed("no_line", {{"wanted", "up"}, {"output", excerpt(out)}});
}

Verdict asks_first(Judge& judge) {
  std::string out;
  for (const int ms : kDeadlines) {
    Program program = shell(judge, ms, 60'000,
                            "trap 'echo asked; kill $!; exit 3' TERM; echo up; sleep 1000 & wait",
                            ms / 1'000 + 4);
    const Ending end = program.finish();
    if (Objection bad = ended_late(end, "no_deadline")) return *bad;
    out = end.out;
    if (is_up(out)) return out == "up\nasked\n" ? passed() : failed("not_asked");
  }
  return never_up(out);
}

Verdict then_kills(Judge& judge) {
  std::string out;
  for (const int ms : kDeadlines) {
    Program program =
        shell(judge, ms, 300, "trap '' TERM; echo up; exec sleep 1000", ms / 1'000 + 4);
    const Ending end = program.finish();
    if (Objection bad = ended_late(end, "no_kill")) return *bad;
    out = end.out;
    if (is_up(out)) return passed();
  }
  return never_up(out);
}

/// Whom it has left behind: alive, and asleep as before. Who was killed a moment ago may still be dying.
std::optional<Seen> left_behind(Program& program) {
  program.output_reaches(SIZE_MAX);  // it ends, or the deadline passes
  for (const Seen& seen : program.offspring()) {
    if (seen.state != 'Z' && wait_blocked(seen.pid, Deadline::after(Milliseconds(1'000))))
      return seen;
  }
  return std::nullopt;
}

/// The command's own child: one that SIGTERM ends, or one that it does not.
Objection takes_all(Judge& judge, int ms, bool stubborn, std::string& out) {
  const std::string child =
      stubborn ? "(trap '' TERM; echo up; exec sleep 1000) & wait" : "sleep 1000 & echo up; wait";
  Program program = shell(judge, ms, 300, child, ms / 1'000 + 4);
  const std::optional<Seen> left = left_behind(program);
  const Ending end = program.finish();
  if (Objection bad = ended_late(end, "no_deadline")) return bad;
  out = end.out;
  if (!is_up(out) || !left) return std::nullopt;
  return failed(stubborn ? "stubborn_left" : "child_left",
                {{"pid", left->own}, {"name", left->name}});
}

Verdict whole_group(Judge& judge) {
  for (const bool stubborn : {false, true}) {
    std::string out;
    for (const int ms : kDeadlines) {
      if (is_up(out)) break;
      if (Objection bad = takes_all(judge, ms, stubborn, out)) return *bad;
    }
    if (!is_up(out)) return never_up(out);
  }
  return passed();
}

/// What the command finds: looked at while it lives.
Verdict clean(Judge& judge) {
  Program program = shell(judge, 60'000, 60'000, "echo up; exec sleep 1000");
  if (program.line() != "up") return no_line(program, "up");
  const std::vector<Seen> command = program.offspring();
  if (command.empty()) return failed("no_child");
  const Seen& sh = command.front();  // it becomes sleep: until it sleeps, its loader has files open
  wait_blocked(sh.pid, Deadline::after(Milliseconds(3'000)));
  const Seen own = look_at(program.pid()).value_or(Seen{});
  if (sh.group == own.group) return failed("same_group", {{"pid", sh.own}, {"parent", own.own}});
  for (int signal = 1; signal < 32; ++signal) {
    if (Signals::has(signals_of(sh.pid).blocked, signal))
      return failed("blocked", {{"pid", sh.own}, {"signal", signal_name(signal)}});
  }
  return no_strays(sh).value_or(passed());
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"in_time", in_time},
                     {"asks_first", asks_first},
                     {"then_kills", then_kills},
                     {"whole_group", whole_group},
                     {"clean", clean}});
}
