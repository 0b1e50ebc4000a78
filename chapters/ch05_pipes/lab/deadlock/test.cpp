// Chapter 5 · lab · deadlock: the judge.
#include <unistd.h>

#include "platform/handle.h"
#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

Verdict compare(const Ending& end, const std::string& wanted) {
  if (Objection bad = ended_well(end)) return *bad;
  if (end.out == wanted) return nothing_outlived(end).value_or(passed());
  return failed("lost", {{"arrived", end.out.size()}, {"wanted", wanted.size()}});
}

Verdict through_cat(Judge& judge, int size) {
  const std::string text = judge.text(static_cast<std::size_t>(size));
  Program program = judge.start({.args = {"cat"}, .input = text, .deadline = Milliseconds(4'000)});
  return compare(program.finish(), text);
}

Verdict small(Judge& judge) { return through_cat(judge, judge.number(10, 1000)); }
Verdict large(Judge& judge) { return through_cat(judge, judge.number(600'000, 1'200'000)); }

Verdict early_end(Judge& judge) {
  const int size = judge.number(5, 50);
  const std::string text = judge.text(700'000);
  Program program = judge.start({.args = {"head", "-c", std::to_string(size)},
                                 .input = text,
                                 .deadline = Milliseconds(4'000)});
  return compare(program.finish(), text.substr(0, static_cast<std::size_t>(size)));
}

/// The command reads everything, counts it, then waits for the judge: so nothing is possible for a while.
Verdict idle(Judge& judge) {
  int ends[2];
  if (::pipe(ends) == -1) return fault("pipe");
  Handle source(ends[0]), sink(ends[1]);
  Program program = judge.start({.args = {"sh", "-c", "wc -c; exec cat <&3"},
                                 .input = judge.text(300'000),
                                 .slots = {spawn::Slot::from(3, source.get())}});
  source.close();
  if (!program.sleeps_in("") && !program.ended() && spins(program.pid())) {
    return failed("spin", {{"pid", look_at(program.pid()).value_or(Seen{}).own}});
  }
  sink.close();
  return compare(program.finish(), "300000\n");
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"small", small}, {"large", large}, {"early_end", early_end}, {"idle", idle}});
}
