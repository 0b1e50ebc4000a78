// Chapter 11 · lab · split_frames: the judge. It decides what a read() gives: it sends a part,
// waits until the program sleeps in the next read(), and sends the next. (Under Wine it cannot see that.)
#include <algorithm>

#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

constexpr const char* kLimit = "100000";

std::string message(Judge& judge) {
  return "{\"" + judge.word(5) + "\":\"" +
         judge.word(static_cast<std::size_t>(judge.number(1, 40))) + "\"}";
}

std::string frame(const std::string& text) {
  return "frame " + std::to_string(text.size()) + " " + text + "\n";
}

/// What it has printed, from `seen` on, when it sleeps for want of input or has ended. Of a foreign program,
/// whose sleep nobody sees: when there are as many `lines` as shall be.
std::string printed(Program& program, std::size_t& seen, int lines) {
  if (!program.foreign()) program.sleeps_in("");
  while (program.foreign() && lines-- > 0 && program.line()) continue;
  std::string got = program.out().substr(seen);
  seen = program.out().size();
  return got;
}

Program start(Judge& judge, const std::string& input, const std::string& limit = kLimit) {
  return judge.start(
      {.args = {limit}, .input = input, .keep_input = true, .deadline = Milliseconds(5'000)});
}

Verdict several(Judge& judge) {
  std::string sent, wanted;
  const int count = judge.number(3, 6);
  for (int n = 0; n < count; ++n) {
    const std::string text = message(judge);
    sent += text + "\n", wanted += frame(text);
  }
  std::size_t seen = 0;
  Program program = start(judge, sent);
  const std::string got = printed(program, seen, count);
  if (got == wanted) return passed();
  const auto frames = std::count(got.begin(), got.end(), '\n');
  if (wanted.starts_with(got)) return failed("left_over", {{"count", count}, {"frames", frames}});
  return failed("glued", {{"count", count}, {"output", excerpt(got)}});
}

/// Two messages in three parts, and the start of a third, behind which the input ends.
Verdict partial(Judge& judge) {
  const std::string first = message(judge), second = message(judge), third = message(judge);
  std::size_t seen = 0;
  Program program = start(judge, first.substr(0, 4));
  std::string got = printed(program, seen, 0);
  if (!got.empty()) return failed("half", {{"bytes", 4}, {"output", excerpt(got)}});
  program.feed(first.substr(4) + "\n" + second.substr(0, 5));
  got = printed(program, seen, 1);
  if (got != frame(first))
    return failed("lost", {{"wanted", excerpt(frame(first))}, {"output", excerpt(got)}});
  program.feed(second.substr(5) + "\n" + third.substr(0, 6));
  got = printed(program, seen, 1);
  if (got != frame(second))
    return failed("lost", {{"wanted", excerpt(frame(second))}, {"output", excerpt(got)}});
  program.end_input();
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  if (end.out.substr(seen) == "cut 6\n") return passed();
  return failed("end_is_no_newline", {{"bytes", 6}, {"output", excerpt(end.out.substr(seen))}});
}

/// The cut goes through each character that has more than one byte, at each of its bytes.
Verdict utf8_cut(Judge& judge) {
  std::size_t seen = 0;
  Program program = start(judge, "");
  for (const std::string character : {"é", "世", "😀"}) {
    for (std::size_t cut = 1; cut < character.size(); ++cut) {
      const std::string before = "\"" + judge.word(6), after = judge.word(6) + "\"";
      program.feed(before + character.substr(0, cut));
      std::string got = printed(program, seen, 0);
      program.feed(character.substr(cut) + after + "\n");
      got += printed(program, seen, 1);
      if (got == frame(before + character + after)) continue;
      return failed("cut_character",
                    {{"bytes", cut}, {"size", character.size()}, {"output", excerpt(got)}});
    }
  }
  const std::string bad = judge.word(5) + "\xE4\xB8" + judge.word(5);  // two bytes of three
  program.feed(bad + "\n");
  const std::string got = printed(program, seen, 1);
  if (got == "bad " + std::to_string(bad.size()) + "\n") return passed();
  return failed("bad_passed", {{"bytes", bad.size()}, {"output", excerpt(got)}});
}

/// A line of exactly the limit is right. One that is longer ends it, though no newline comes.
Verdict oversize(Judge& judge) {
  const int limit = judge.number(2'000, 5'000);
  const std::string right(static_cast<std::size_t>(limit), 'a');
  std::size_t seen = 0;
  Program program = start(judge, right + "\n", std::to_string(limit));
  if (printed(program, seen, 1) != frame(right)) return failed("too_strict", {{"limit", limit}});
  const std::size_t sent = right.size() + static_cast<std::size_t>(judge.number(1, 9'000));
  program.feed(std::string(sent, 'b'));
  const std::string got = printed(program, seen, 1);
  if (!program.foreign() && !program.ended()) {
    const std::optional<Seen> who = look_at(program.pid());
    return failed("no_limit", {{"pid", who ? who->own : 0}, {"sent", sent}, {"limit", limit}});
  }
  const Ending end = program.finish();
  if (Objection bad = ended_with(end, 2)) return *bad;
  if (end.out.ends_with("\ntoo long\n")) return passed();
  return failed("not_said", {{"output", excerpt(got)}});
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(
      argc, argv,
      {{"several", several}, {"partial", partial}, {"utf8_cut", utf8_cut}, {"oversize", oversize}});
}
