// Chapter 7 · lab · graceful_stop: the judge. A job's lines are longer than half a pipe and nobody reads: so the
// program is held in the middle of the job that the judge chooses.
#include <csignal>
#include <cstdint>

#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

std::string done(const std::string& word) { return "begin " + word + "\nend " + word + "\n"; }

/// No signal: all jobs, in order.
Verdict jobs(Judge& judge) {
  std::string input, wanted;
  const int count = judge.number(4, 9);
  for (int job = 0; job < count; ++job) {
    const std::string word = judge.word(static_cast<std::size_t>(judge.number(1, 3'000)));
    input += word + "\n";
    wanted += done(word);
  }
  Program program = judge.start({.input = input, .deadline = Milliseconds(4'000)});
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  if (end.out == wanted) return passed();
  return failed("job_missing", {{"arrived", end.out.size()}, {"wanted", wanted.size()}});
}

/// A program that is held in the middle of its first job, with two more in its hands.
Program in_a_job(Judge& judge, std::string& first) {
  first = judge.word(40'000);
  Program program = judge.start({.input = first + "\nsecond\nthird\n",
                                 .keep_input = true,
                                 .hold_output = true,
                                 .deadline = Milliseconds(5'000)});
  program.sleeps_in("write");
  return program;
}

/// stdin stays open: its end is no reason to leave.
Ending ends_by_itself(Program& program) {
  program.output_reaches(SIZE_MAX);
  return program.finish();
}

Verdict in_hand(Judge& judge) {
  std::string first;
  Program program = in_a_job(judge, first);
  program.signal(SIGTERM);
  program.sleeps_in("write", Milliseconds(1'000));  // in the same job again, or dead
  program.resume_output();
  const Ending end = ends_by_itself(program);
  const std::string wanted = done(first);
  if (end.out.size() < wanted.size()) {
    if (end.status.signal == SIGTERM)
      return failed("killed_in_job", {{"arrived", end.out.size()}, {"wanted", wanted.size()}});
    if (!end.timed_out)
      return failed("left_in_job", {{"arrived", end.out.size()}, {"wanted", wanted.size()}});
  }
  if (end.out.find("begin second") != std::string::npos) return failed("took_another");
  if (end.timed_out) return failed("stays");
  if (Objection bad = ended_well(end)) return *bad;
  return end.out == wanted ? passed() : failed("other_output", {{"output", excerpt(end.out)}});
}

/// It waits for a job, and stdin stays open.
Verdict idle(Judge& judge) {
  const std::string word = judge.word(6);
  Program program =
      judge.start({.input = word + "\n", .keep_input = true, .deadline = Milliseconds(3'000)});
  if (program.line() != "begin " + word || program.line() != "end " + word)
    return no_line(program, "end");
  if (!program.sleeps_in("")) return failed("busy");
  program.signal(SIGTERM);
  const Ending end = ends_by_itself(program);
  if (end.timed_out) return failed("sleeps_on");
  if (end.status.signal == SIGTERM) return failed("killed_idle");
  return ended_well(end).value_or(passed());
}

/// Twice in the same job, which cannot end meanwhile.
Verdict second(Judge& judge) {
  std::string first;
  Program program = in_a_job(judge, first);
  program.signal(SIGTERM);
  if (!program.sleeps_in("write", Milliseconds(2'000)) && program.ended())
    return failed("first_kills");
  program.signal(SIGTERM);
  if (program.sleeps_in("write", Milliseconds(2'000))) return failed("second_ignored");
  const Ending end = program.finish();
  if (end.timed_out) return failed("second_ignored");
  if (Objection bad = ended_at_all(end)) return *bad;
  if (end.status.signal == SIGTERM || end.status.code == 128 + SIGTERM) return passed();
  return failed("not_by_signal", {{"code", end.status.code}});
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"jobs", jobs}, {"in_hand", in_hand}, {"idle", idle}, {"second", second}});
}
