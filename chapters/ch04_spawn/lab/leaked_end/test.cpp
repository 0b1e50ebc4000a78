// Chapter 4 · lab · leaked_end: the judge. The workers are closed in a random order; the one that hangs on to
// another's pipe is found in /proc.
#include <algorithm>

#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

/// The three workers have become cat, and wait for input.
Objection all_run(Program& program) {
  std::size_t running = 0;
  const std::vector<Seen> workers = program.offspring();
  for (const Seen& worker : workers) {
    if (wait_blocked(worker.pid, Deadline::after(Milliseconds(2'000)))) ++running;
  }
  if (running != 3) return failed("not_running", {{"got", running}});
  return std::nullopt;
}

Verdict any_order(Judge& judge) {
  std::string order = "012";
  std::rotate(order.begin(), order.begin() + judge.number(0, 1),
              order.end());  // never the last first
  Program program = judge.start({.keep_input = true, .deadline = Milliseconds(4'000)});
  if (program.line() != "ready") return no_line(program, "ready");
  if (Objection bad = all_run(program)) return *bad;
  for (const char worker : order) {
    program.feed(std::string(1, worker));
    const std::optional<std::string> line = program.line();
    const std::string wanted = std::string("ended ") + worker;
    if (!line) return no_line(program, wanted.c_str());
    if (*line != wanted)
      return failed("wrong_order", {{"got", excerpt(*line)}, {"wanted", wanted}});
  }
  program.end_input();
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  return nothing_outlived(end).value_or(passed());
}

Verdict clean(Judge& judge) {
  Program program = judge.start({.keep_input = true});
  if (program.line() != "ready") return no_line(program, "ready");
  if (Objection bad = all_run(program)) return *bad;
  for (const Seen& worker : program.offspring()) {
    if (Objection bad = no_strays(worker)) return *bad;
  }
  return passed();
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv, {{"any_order", any_order}, {"clean", clean}});
}
