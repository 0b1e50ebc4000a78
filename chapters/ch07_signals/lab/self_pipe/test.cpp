// Chapter 7 · lab · self_pipe: the judge. Nobody reads stdout, so main is caught in the middle of a write; and while
// a handler runs, the kernel keeps its signal blocked, so it shows who it is that writes.
#include <csignal>

#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

constexpr int kKinds = 3;
constexpr std::size_t kLong = 70'000;  // more than a pipe takes: whoever writes that line waits

bool handlers_are_there(Program& program) {
  for (const Deadline until = Deadline::after(Milliseconds(3'000)); !until.passed();) {
    if (!program.sleeps_in("", Milliseconds(500))) continue;
    if (Signals::has(signals_of(program.pid()).caught, SIGTERM)) return true;
  }
  return false;
}

/// "SIGRTMIN+1", and whose handler it is that runs right now: -1, none.
int in_handler(Pid pid) {
  const std::uint64_t blocked = signals_of(pid).blocked;
  for (int k = 0; k < kKinds; ++k) {
    if (Signals::has(blocked, SIGRTMIN + k)) return k;
  }
  return -1;
}

std::string name_of(int k) { return "SIGRTMIN+" + std::to_string(k); }

/// main is held in its write to stdout. Else what is wrong.
Objection held_in_main(Program& program) {
  if (!handlers_are_there(program)) return failed("no_handler");
  program.signal(SIGRTMIN);
  if (!program.sleeps_in("write")) return failed("no_report", {{"signal", name_of(0)}});
  if (const int k = in_handler(program.pid()); k >= 0)
    return failed("handler_prints", {{"signal", name_of(k)}});
  return std::nullopt;
}

/// The line did not come while the program lived. When it does at the end, it was in a buffer.
Verdict no_report(Program& program, int k, const std::string& wanted) {
  program.signal(SIGTERM);
  const Ending end = program.finish();
  if (Objection bad = ended_at_all(end); bad && !end.timed_out) return *bad;
  const bool buffered = end.out.find(wanted) != std::string::npos;
  return failed(buffered ? "handler_printf" : "no_report", {{"signal", name_of(k)}});
}

/// Each signal's line comes while the program lives.
Verdict reports(Judge& judge) {
  const std::string word = judge.word(6);
  Program program =
      judge.start({.args = {word}, .keep_input = true, .deadline = Milliseconds(3'000)});
  if (!handlers_are_there(program)) return failed("no_handler");
  for (int times = judge.number(4, 9); times > 0; --times) {
    const int k = judge.number(0, kKinds - 1);
    program.signal(SIGRTMIN + k);
    const std::string wanted = word + " " + std::to_string(k);
    const std::size_t before = program.out().size();
    program.sleeps_in("");  // the handler has run, and main has nothing left to do
    if (program.ended()) return ended_well(program.finish()).value_or(failed("left"));
    const std::string got = program.out().substr(before);
    if (got.empty()) return no_report(program, k, wanted);
    if (got != wanted + "\n")
      return failed("wrong_line",
                    {{"signal", name_of(k)}, {"got", excerpt(got)}, {"wanted", wanted}});
  }
  program.signal(SIGTERM);
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  return end.out.ends_with("\nbye\n") ? passed() : failed("no_bye", {{"output", excerpt(end.out)}});
}

Verdict clean_handler(Judge& judge) {
  Program program =
      judge.start({.args = {judge.word(kLong)}, .keep_input = true, .hold_output = true});
  const Objection bad = held_in_main(program);
  program.signal(SIGKILL);
  return bad.value_or(passed());
}

/// Signals of all kinds while main waits elsewhere: each is reported when it goes on.
Verdict none_lost(Judge& judge) {
  const std::string word = judge.word(kLong);
  Program program = judge.start(
      {.args = {word}, .keep_input = true, .hold_output = true, .deadline = Milliseconds(6'000)});
  if (!handlers_are_there(program)) return failed("no_handler");
  program.signal(SIGRTMIN);
  program.sleeps_in("write");
  int sent = 1;
  for (int k = 0; k < kKinds; ++k) {
    for (int times = judge.number(3, 8); times > 0; --times, ++sent) program.signal(SIGRTMIN + k);
  }
  program.sleeps_in("write");
  program.resume_output();
  program.output_reaches(static_cast<std::size_t>(sent) * (kLong + 3)) || program.sleeps_in("");
  int came = 0;
  for (const char c : program.out()) came += c == '\n' ? 1 : 0;
  if (came != sent) return failed("lost", {{"sent", sent}, {"came", came}});
  program.signal(SIGTERM);
  return ended_well(program.finish()).value_or(passed());
}

/// More signals than the pipe has bytes, and main does not read: it is held in its write to stdout.
Verdict full_pipe(Judge& judge) {
  Program program =
      judge.start({.args = {judge.word(kLong)}, .keep_input = true, .hold_output = true});
  if (Objection bad = held_in_main(program)) return *bad;
  for (int sent = 0; sent < 6'000 && !program.ended(); ++sent) program.signal(SIGRTMIN + 1);
  program.sleeps_in("write");
  if (program.ended()) {
    const Ending end = program.finish();
    if (end.status.code == 1 && end.err.starts_with("write:"))
      return failed("errno_changed", {{"stderr", excerpt(end.err)}});
    return ended_well(end).value_or(failed("left"));
  }
  const Pid pid = program.pid();
  const int k = in_handler(pid);
  const std::optional<Call> call = call_of(pid);
  program.signal(SIGKILL);
  if (k < 0) return passed();
  return failed("handler_waits", {{"signal", name_of(k)},
                                  {"call", call ? call->name : "?"},
                                  {"fd", call ? call->args[0] : -1}});
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"reports", reports},
                     {"clean_handler", clean_handler},
                     {"none_lost", none_lost},
                     {"full_pipe", full_pipe}});
}
