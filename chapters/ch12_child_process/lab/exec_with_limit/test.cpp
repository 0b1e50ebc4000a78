// Chapter 12 · lab · exec_with_limit: the judge. Its commands fill one pipe while the other is
// silent, write more than they may, and leave somebody behind; it looks who sleeps in which call
// then.
#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

Program start(Judge& judge, std::size_t limit, const std::string& command) {
  return judge.start({.args = {std::to_string(limit), command}, .deadline = Milliseconds(4'000)});
}

/// `count` times the letter, on stdout.
std::string writes(std::size_t count, const char* letter) {
  return "head -c " + std::to_string(count) + " /dev/zero | tr '\\0' " + letter;
}

/// The first line, and what stands behind it.
Verdict compare(const Ending& end, const std::string& line, const std::string& out,
                const std::string& err) {
  if (Objection bad = ended_well(end)) return *bad;
  if (!end.out.starts_with(line + "\n")) {
    return failed("line",
                  {{"line", line}, {"output", excerpt(end.out.substr(0, end.out.find('\n')))}});
  }
  if (end.out.substr(line.size() + 1) != out) {
    return failed(
        "kept",
        {{"stream", "stdout"}, {"kept", end.out.size() - line.size() - 1}, {"wanted", out.size()}});
  }
  if (end.err == err) return passed();
  return failed("kept", {{"stream", "stderr"}, {"kept", end.err.size()}, {"wanted", err.size()}});
}

/// Little output, once exactly as much as is allowed; and the two ways to end.
Verdict small(Judge& judge) {
  const std::string out = judge.word(30), err = judge.word(20);
  const int code = judge.number(3, 90);
  Verdict exits =
      compare(start(judge, out.size(),
                    "printf " + out + "; printf " + err + " >&2; exit " + std::to_string(code))
                  .finish(),
              "exit " + std::to_string(code), out, err);
  if (!exits.good()) return exits;
  return compare(start(judge, 100, "printf " + out + "; kill -USR1 $$").finish(), "killed 10", out,
                 "");
}

/// More on stderr than its pipe holds, then as much on stdout.
Verdict both(Judge& judge) {
  const auto size = static_cast<std::size_t>(judge.number(200'000, 300'000));
  Program program = start(judge, 1'000'000, writes(size, "e") + " >&2; " + writes(size, "o"));
  while (!program.ended()) {
    if (!program.sleeps_in("read", Milliseconds(200))) continue;
    const std::optional<Call> call = call_of(program.pid());
    for (const Seen& other : program.offspring()) {
      const std::optional<Call> its = call_of(other.pid);
      if (!call || !its || its->name != "write" ||
          !wait_blocked(other.pid, Deadline::after(Milliseconds(200))))
        continue;
      const std::optional<Seen> who = look_at(program.pid());
      return failed("deadlock", {{"pid", who ? who->own : 0},
                                 {"fd", call->args[0]},
                                 {"other", other.own},
                                 {"name", other.name},
                                 {"bytes", size}});
    }
  }
  return compare(program.finish(), "exit 0", std::string(size, 'o'), std::string(size, 'e'));
}

constexpr std::size_t kMuch = 20'000'000;

/// Far more than it may, on one of the two; and then the command would go on for long.
Verdict limit(Judge& judge) {
  const auto limit = static_cast<std::size_t>(judge.number(1'000, 90'000));
  const bool err = judge.number(0, 1) == 1;
  const Ending end =
      start(judge, limit, writes(kMuch, "y") + (err ? " >&2" : "") + "; exec sleep 1000").finish();
  if (end.timed_out) return failed("runs_on", {{"limit", limit}, {"bytes", kMuch}});
  const std::string kept(limit, 'y');
  return compare(end, err ? "too much stderr" : "too much stdout", err ? "" : kept,
                 err ? kept : "");
}

/// The one who writes too much is not the only one of the group.
Verdict group(Judge& judge) {
  const auto limit = static_cast<std::size_t>(judge.number(1'000, 9'000));
  const Ending end = start(judge, limit, "sleep 1000 & " + writes(kMuch, "y") + "; wait").finish();
  if (end.timed_out) return failed("runs_on", {{"limit", limit}, {"bytes", kMuch}});
  if (!end.outlived.empty()) {
    const Seen& left = end.outlived.front();
    return failed("left", {{"pid", left.own}, {"name", left.name}});
  }
  return compare(end, "too much stdout", std::string(limit, 'y'), "");
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"small", small}, {"both", both}, {"limit", limit}, {"group", group}});
}
