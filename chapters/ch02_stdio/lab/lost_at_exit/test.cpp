// Chapter 2 · lab · lost_at_exit: the judge. The reader comes when the program has ended or waits.
#include <fcntl.h>
#include <unistd.h>

#include "platform/handle.h"
#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

Verdict all_arrive(Judge& judge) {
  const int size = judge.number(500'000, 1'000'000);
  Program program = judge.start({.args = {std::to_string(size), "0"}, .hold_output = true});
  if (!program.sleeps_in("") && !program.ended() && spins(program.pid())) {
    return failed("spin", {{"pid", look_at(program.pid()).value_or(Seen{}).own}});
  }
  program.resume_output();
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  if (end.out.size() == static_cast<std::size_t>(size)) return passed();
  return failed("lost", {{"arrived", end.out.size()}, {"sent", size}});
}

Verdict exit_code(Judge& judge) {
  const int code = judge.number(2, 100);
  Program program = judge.start({.args = {"300000", std::to_string(code)}});
  const Ending end = program.finish();
  return ended_with(end, static_cast<unsigned>(code)).value_or(passed());
}

Verdict reader_gone(Judge& judge) {
  const int size = judge.number(300'000, 600'000);
  Program program = judge.start(
      {.args = {std::to_string(size), "0"}, .hold_output = true, .deadline = Milliseconds(4'000)});
  program.sleeps_in("");
  if (program.ended()) {  // with its reader still there
    const Ending end = program.finish();
    if (Objection bad = ended_at_all(end)) return *bad;
    return failed("lost", {{"arrived", end.out.size()}, {"sent", size}});
  }
  program.close_output();
  const Ending end = program.finish();
  if (Objection bad = ended_at_all(end)) return *bad;
  if (end.status.success()) {
    return failed("silent", {{"arrived", 65536}, {"sent", size}, {"code", end.status.code}});
  }
  return ended_with(end, 1).value_or(passed());
}

/// stdout is a pipe of the judge's own, whose flags it asks when the program has ended.
Verdict flag_restored(Judge& judge) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) == -1) return fault("pipe2");
  const Handle source(ends[0]), sink(ends[1]);
  const int size = judge.number(10, 1000);
  Program program =
      judge.start({.args = {std::to_string(size), "0"}, .slots = {spawn::Slot::from(1, ends[1])}});
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  if ((::fcntl(sink.get(), F_GETFL) & O_NONBLOCK) != 0) return failed("flag_left");
  ::fcntl(source.get(), F_SETFL, O_NONBLOCK);
  char room[4096];
  const ssize_t got = ::read(source.get(), room, sizeof room);
  if (got != size) return failed("lost", {{"arrived", got > 0 ? got : 0}, {"sent", size}});
  return passed();
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"all_arrive", all_arrive},
                     {"exit_code", exit_code},
                     {"reader_gone", reader_gone},
                     {"flag_restored", flag_restored}});
}
