// Chapter 3 · lab · printed_twice: the judge. stdout is a socket whose kernel says who wrote what; so
// a line that comes twice is told with the two who wrote it.
#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

struct Line {
  Pid writer;
  std::string text;
};

/// Cuts what each wrote into lines.
std::vector<Line> lines_of(const std::vector<Piece>& pieces) {
  std::vector<Line> lines;
  bool open = false;
  for (const Piece& piece : pieces) {
    for (const char c : piece.text) {
      if (!open) lines.push_back({piece.writer, ""});
      open = c != '\n';
      if (open) lines.back().text += c;
    }
  }
  return lines;
}

/// The lines that are `text`, by who wrote them.
std::vector<Pid> writers_of(const std::vector<Line>& lines, const std::string& text) {
  std::vector<Pid> writers;
  for (const Line& line : lines) {
    if (line.text == text) writers.push_back(line.writer);
  }
  return writers;
}

Verdict three_lines(Judge& judge) {
  const std::string word = judge.word(8);
  Program program = judge.start({.args = {word}, .tagged = true});
  const Pid parent = program.pid();
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  const std::vector<Line> lines = lines_of(program.pieces());
  const std::vector<Pid> first = writers_of(lines, "parent " + word),
                         child = writers_of(lines, "child " + word),
                         last = writers_of(lines, "parent waited");
  if (first.size() == 2 && first[0] != first[1])
    return failed("twice", {{"line", "parent " + word}});
  if (first.empty()) return failed("missing", {{"line", "parent " + word}});
  if (child.empty()) return failed("child_lost", {{"line", "child " + word}});
  if (lines.size() > 3)
    return failed("extra", {{"count", lines.size()}, {"output", excerpt(end.out)}});
  if (last.empty()) return failed("missing", {{"line", "parent waited"}});
  if (child[0] == first[0]) return failed("wrong_writer", {{"line", "child " + word}});
  if (parent != 0 && last[0] != first[0])
    return failed("wrong_writer", {{"line", "parent waited"}});
  return passed();
}

/// The pipe has room for the parent's line and not for the child's, and nobody reads: so the child
/// cannot end, and the parent has to wait for it.
Verdict waits(Judge& judge) {
  const std::string word = judge.word(40'000);
  Program program = judge.start({.args = {word}, .hold_output = true});
  const bool asleep = program.sleeps_in("");
  const std::string where = program.call();
  const bool waiting = asleep && (where == "wait4" || where == "waitid");
  const Ending end = program.finish();
  if (!waiting) return failed("too_early", {{"call", where}});
  if (Objection bad = ended_well(end)) return *bad;
  return nothing_outlived(end).value_or(passed());
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv, {{"three_lines", three_lines}, {"waits", waits}});
}
