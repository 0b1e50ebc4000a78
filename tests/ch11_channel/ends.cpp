// tests/ch11 · a channel ends once, from either side, and whoever ends it in a callback breaks nothing.
#include <memory>

#include "tests/ch11_channel/both_ends.h"

namespace proclab::channel {
namespace {

class Ends : public BothEnds {};
INSTANTIATE_TEST_SUITE_P(By, Ends, all_ways(), way_name);

TEST_P(Ends, ComeFromEitherSide) {
  for (const bool from_a : {true, false}) {
    open();
    start();
    at_a.disconnects = at_b.disconnects = 0;
    ASSERT_TRUE(a->send("last words of a"));
    ASSERT_TRUE(b->send("last words of b"));
    (from_a ? a : b)->disconnect();
    EXPECT_FALSE((from_a ? a : b)->connected()) << "from the call on";
    run("an end");
    EXPECT_EQ(at_a.disconnects, 1);
    EXPECT_EQ(at_b.disconnects, 1);
    EXPECT_FALSE(a->connected() || b->connected());
    const Heard& other = from_a ? at_b : at_a;
    EXPECT_FALSE(other.messages.empty()) << "what was sent before still comes";
  }
}

TEST_P(Ends, MakeLaterMessagesAnError) {
  start();
  a->disconnect();
  const Result<Flow> early = a->send(1);
  run("an end");
  const Result<Flow> late = a->send(1, [](const Result<void>&) { FAIL() << "it said so already"; });
  const Result<Flow> other = b->send(1);
  for (const Result<Flow>* one : {&early, &late, &other}) {
    ASSERT_FALSE(*one);
    EXPECT_EQ(one->error().code, std::errc::not_connected);
  }
  a->disconnect();
  a->close();
  run("nothing");
  EXPECT_EQ(at_a.disconnects, 1);
}

TEST_P(Ends, OfOurOwnAreNotFollowedByMessages) {
  start();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(a->send(i));
  at_b.on_message = [&](const Value&) { b->disconnect(); };
  run("an end in the first of three messages");
  EXPECT_EQ(at_b.messages.size(), 1U);
  EXPECT_EQ(at_b.disconnects, 1);
}

TEST_P(Ends, TellWhoseMessagesWereNeverTaken) {
  if (kWindows) GTEST_SKIP() << "Wine's pipes never fill, so all is taken";
  b->pause();
  start();
  std::vector<bool> how;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(
        a->send(std::string(10'000, 'x'), [&](const Result<void>& r) { how.push_back(!!r); }));
  }
  (void)loop.turn(Deadline::after(Milliseconds(0)));
  b->close();
  run("an end with a full channel");
  ASSERT_EQ(how.size(), 50U);
  EXPECT_TRUE(how.front());
  EXPECT_FALSE(how.back());
  EXPECT_EQ(at_a.disconnects, 1);
}

TEST_P(Ends, OfOurOwnTellNothingAndLetGo) {
  const auto captured = std::make_shared<int>(0);
  Events events = at_a.events();
  events.drain = [captured] {};
  a->start(std::move(events));
  b->start(at_b.events());
  ASSERT_TRUE(a->send(1, [captured](const Result<void>&) { FAIL(); }));
  ASSERT_TRUE(b->send(2));
  EXPECT_EQ(captured.use_count(), 3);
  a->close();
  EXPECT_EQ(captured.use_count(), 1);
  run("the other end's end");
  EXPECT_EQ(at_a.disconnects, 0);
  EXPECT_TRUE(at_a.messages.empty());
  EXPECT_EQ(at_b.disconnects, 1);
}

TEST_P(Ends, MayComeInACallback) {
  for (const bool destroy : {false, true}) {
    open();
    start();
    at_b.messages.clear();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(a->send(i));
    at_b.on_message = [&](const Value&) { destroy ? b.reset() : b->close(); };
    run("a channel that is closed by its own message");
    EXPECT_EQ(at_b.messages.size(), 1U) << "the other two of the same piece are not told";
  }
  open();
  start();
  at_b.on_message = {};
  at_b.on_disconnect = [&] { b.reset(); };
  a->disconnect();
  run("a channel that is destroyed by its own end");
}

TEST_P(Ends, AreWaitedForUnlessUnreferenced) {
  start();
  a->unref();
  b->unref();
  run("nothing that it waits for");
  EXPECT_TRUE(a->connected());
  a->ref();
  const test::Waiting waiting("a turn");
  EXPECT_TRUE(*loop.turn(Deadline::after(Milliseconds(0))));
  a->close();
}

TEST_P(Ends, MoveWithTheChannel) {
  start();
  ASSERT_TRUE(b->send("to whoever has it"));
  Channel moved = std::move(*a);
  EXPECT_FALSE(a->connected());
  EXPECT_FALSE(a->send(1));
  a->pause();
  a->disconnect();
  ASSERT_TRUE(moved.send("from the new one"));
  until("both", [&] { return at_a.messages.size() + at_b.messages.size() == 2; });
  moved = std::move(*b);
  EXPECT_FALSE(b->connected());
  moved.close();
}

}  // namespace
}  // namespace proclab::channel
