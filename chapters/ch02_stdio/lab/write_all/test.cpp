// Chapter 2 · lab · write_all: the judge. stdout is a pipe that is read late, is interrupted, is
// non-blocking, is a full disk, or has lost its reader.
#include <csignal>

#include <fcntl.h>

#include "platform/handle.h"
#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

/// What arrived against what was sent; `cause` is the message when the end is missing.
Verdict compare(const Ending& end, const std::string& sent, const char* cause) {
  const std::string& got = end.out;
  if (got == sent) return passed();
  const auto differs =
      std::mismatch(got.begin(), got.begin() + std::min(got.size(), sent.size()), sent.begin());
  const auto place = differs.first - got.begin();
  if (got.size() < sent.size() && static_cast<std::size_t>(place) == got.size()) {
    return failed(cause, {{"arrived", got.size()}, {"sent", sent.size()}});
  }
  return failed("repeated", {{"place", place}, {"arrived", got.size()}, {"sent", sent.size()}});
}

Verdict plain(Judge& judge) {
  const std::string text = judge.text(static_cast<std::size_t>(judge.number(200'000, 400'000)));
  Program program = judge.start({.input = text});
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  return compare(end, text, "truncated");
}

/// Exit code 1 under a message of its own, since there was no error to give up for.
Verdict judged(const Ending& end, const std::string& text, const char* gave_up, const char* cause) {
  if (Objection bad = ended_at_all(end)) return *bad;
  if (end.status.code == 1 && end.status.signal == 0) {
    return failed(gave_up, {{"arrived", end.out.size()}, {"sent", text.size()}});
  }
  if (Objection bad = ended_well(end)) return *bad;
  return compare(end, text, cause);
}

/// A full pipe and a reader that rests: write() sleeps in the middle, and signals wake it.
Verdict interrupted(Judge& judge) {
  const std::string text = judge.text(static_cast<std::size_t>(judge.number(300'000, 600'000)));
  Program program = judge.start({.input = text, .hold_output = true});
  for (int times = judge.number(2, 4); times > 0 && program.sleeps_in("write"); --times) {
    program.signal(SIGUSR1);
  }
  program.sleeps_in("write");
  program.resume_output();
  return judged(program.finish(), text, "gave_up_eintr", "short");
}

Verdict nonblocking(Judge& judge) {
  const std::string text = judge.text(static_cast<std::size_t>(judge.number(300'000, 600'000)));
  Program program = judge.start({.input = text, .hold_output = true, .nonblocking_output = true});
  // It is either waiting for room by now, or turning, or gone.
  if (!program.sleeps_in("") && !program.ended() && spins(program.pid())) {
    const Seen who = look_at(program.pid()).value_or(Seen{});
    return failed("spin", {{"pid", who.own}});
  }
  program.resume_output();
  return judged(program.finish(), text, "gave_up_eagain", "short_eagain");
}

/// Where nothing stands in its way it copies: who always says that there was an error has not seen this one.
Objection copies(Judge& judge) {
  const std::string text = judge.text(1'000);
  const Ending end = judge.start({.input = text}).finish();
  if (Objection bad = ended_well(end)) return bad;
  const Verdict same = compare(end, text, "truncated");
  return same.good() ? Objection() : same;
}

/// An error that stays: said by exit code 1, soon.
Verdict said_so(Program program, const char* error) {
  const Ending end = program.finish();
  if (Objection bad = ended_at_all(end)) return *bad;
  if (end.status.success()) return failed("silent", {{"error", error}});
  if (Objection bad = ended_with(end, 1)) return *bad;
  return passed();
}

Verdict full_disk(Judge& judge) {
  if (Objection bad = copies(judge)) return *bad;
  const Handle full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  if (!full) return fault("/dev/full cannot be opened");
  return said_so(judge.start({.input = judge.text(5'000),
                              .slots = {spawn::Slot::from(1, full.get())},
                              .deadline = Milliseconds(3'000)}),
                 "ENOSPC");
}

Verdict reader_gone(Judge& judge) {
  if (Objection bad = copies(judge)) return *bad;
  Program program = judge.start(
      {.input = judge.text(300'000), .hold_output = true, .deadline = Milliseconds(5'000)});
  program.sleeps_in("write");
  program.close_output();
  return said_so(std::move(program), "EPIPE");
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"plain", plain},
                     {"interrupted", interrupted},
                     {"nonblocking", nonblocking},
                     {"full_disk", full_disk},
                     {"reader_gone", reader_gone}});
}
