// tests/ch11 · messages: each arrives, whole and in order; and who does not read, lets the other wait.
#include <algorithm>

#include "tests/ch11_channel/both_ends.h"

namespace proclab::channel {
namespace {

class Messages : public BothEnds {};
INSTANTIATE_TEST_SUITE_P(By, Messages, all_ways(), way_name);

TEST_P(Messages, OfEveryKindArriveAsTheyWere) {
  start();
  const std::vector<Value> all = {
      nullptr,
      true,
      false,
      0,
      -12.5,
      1e300,
      "",
      "text",
      "líne\nbreak, \"quote\", \u2028",
      Array{1, "two", nullptr, Object{}},
      Object{{"a", Object{{"b", Array{Array{1}, 2}}}}, {"", 1}},
  };
  for (const Value& one : all) ASSERT_TRUE(a->send(one));
  at_b.on_message = [&](const Value& one) {
    ASSERT_TRUE(b->send(one));
    if (at_b.messages.size() == all.size()) b->disconnect();
  };
  run("all kinds to and fro");
  EXPECT_EQ(at_b.messages, all);
  EXPECT_EQ(at_a.messages, all);
}

TEST_P(Messages, KeepTheirOrderWhateverTheirSize) {
  start();
  const std::size_t sizes[] = {1, 100'000, 0, 16 * 1024, 16 * 1024 + 1, 3, 1 << 20, 65'536, 2};
  for (const std::size_t size : sizes) ASSERT_TRUE(a->send(std::string(size, 'x')));
  a->disconnect();
  run("nine messages");
  ASSERT_EQ(at_b.messages.size(), std::size(sizes));
  for (std::size_t i = 0; i < std::size(sizes); ++i) {
    EXPECT_EQ(at_b.messages[i].as_string()->size(), sizes[i]);
  }
}

TEST_P(Messages, AreNeverToldWithinACall) {
  bool inside = true;
  const auto outside = [&] { EXPECT_FALSE(inside); };
  at_b.on_message = [&](const Value&) { outside(); };
  at_a.on_disconnect = at_b.on_disconnect = outside;
  start();
  (void)a->send(1, [&](const Result<void>&) { outside(); });
  b->pause();
  b->resume();
  a->disconnect();
  inside = false;
  run("a message");
  EXPECT_EQ(at_b.messages.size(), 1U);
}

TEST_P(Messages, TellTheirSenderThatTheyAreGone) {
  start();
  std::vector<int> order;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(a->send(i, [&order, i](const Result<void>& how) {
      EXPECT_TRUE(how);
      order.push_back(i);
    }));
  }
  a->disconnect();
  run("three messages");
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

TEST_P(Messages, ThatAreNoneAreRefusedAndHarmNothing) {
  start();
  const Result<Flow> sent = a->send(Array{1, "no UTF-8: \xff"});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, std::errc::illegal_byte_sequence);
  ASSERT_TRUE(a->send("good"));
  a->disconnect();
  run("a message");
  EXPECT_EQ(at_b.messages, std::vector<Value>{"good"});
  EXPECT_FALSE(at_b.why);
}

TEST_P(Messages, AreMadeInTheMemoryOfTheLastOneButNotOfALongOne) {
  std::vector<std::pair<const Value*, std::size_t>> places;  // of an array's elements; for how many
  b->start({.message = [&](Message&& one) {
    const Array& array = *one.value.as_array();
    places.emplace_back(array.data(), array.capacity());
  }});
  a->start({});
  for (const int size : {3, 2, 100'000, 2}) {
    ASSERT_TRUE(a->send(Array(static_cast<std::size_t>(size), Value(1))));
  }
  a->disconnect();
  run("four arrays");
  ASSERT_EQ(places.size(), 4U);
  if (std::get<Serialization>(GetParam()) == Serialization::json) {
    EXPECT_EQ(places[1], places[0]);
  }
  EXPECT_GE(places[2].second, 100'000U);
  EXPECT_LT(places[3].second, 100U);
}

TEST_P(Messages, ThatMakeOnePartAfterTheOtherLargeHoldOnlySoMuch) {
  std::size_t most = 0;
  b->start({.message = [&](Message&& one) {
    std::size_t held = 0;
    for (const Value& text : *one.value.as_array()) held += text.as_string()->capacity();
    most = std::max(most, held);
  }});
  a->start({});
  for (std::size_t large = 0; large < 50; ++large) {
    Array texts(50, "");
    texts[large] = std::string(20'000, 'x');
    ASSERT_TRUE(a->send(texts));
  }
  a->disconnect();
  run("fifty arrays");
  EXPECT_GE(most, 20'000U);
  EXPECT_LE(most, 100'000U) << "of 1,000,000 that have come";
}

// ---- Node's own ----

TEST_P(Messages, OfNodesOwnAreKeptApart) {
  start();
  ASSERT_TRUE(a->send(Object{{"cmd", "NODE_CLUSTER"}, {"act", "online"}}));
  ASSERT_TRUE(a->send(Object{{"cmd", "NODE_"}}));
  ASSERT_TRUE(a->send(Object{{"cmd", "NODE"}}));
  ASSERT_TRUE(a->send(Object{{"cmd", Array{"NODE_X"}}}));
  ASSERT_TRUE(a->send(Object{{"type", "NODE_CLUSTER"}}));
  ASSERT_TRUE(a->send("NODE_CLUSTER"));
  ASSERT_TRUE(a->send(Object{{"x", 1}, {"cmd", "NODE_X"}}));
  a->disconnect();
  run("seven messages");
  EXPECT_EQ(at_b.messages.size(), 5U);
  ASSERT_EQ(at_b.internal.size(), 2U);
  EXPECT_EQ(*at_b.internal[0].find("act"), Value("online"));
  EXPECT_EQ(*at_b.internal[1].find("x"), Value(1));
}

TEST_P(Messages, AboutCountsOfSocketsAreAnswered) {
  start();
  ASSERT_TRUE(a->send(Object{{"cmd", "NODE_SOCKET_GET_COUNT"}, {"key", "k"}}));
  ASSERT_TRUE(a->send(Object{{"cmd", "NODE_SOCKET_NOTIFY_CLOSE"}, {"key", "k"}}));
  until("two answers", [&] { return at_a.internal.size() == 2; });
  EXPECT_EQ(at_a.internal[0],
            Value(Object{{"cmd", "NODE_SOCKET_COUNT"}, {"key", "k"}, {"count", 0}}));
  EXPECT_EQ(at_a.internal[1], Value(Object{{"cmd", "NODE_SOCKET_ALL_CLOSED"}, {"key", "k"}}));
  EXPECT_TRUE(at_b.internal.empty());
}

// ---- back-pressure ----

TEST_P(Messages, WaitWhenNobodyReadsAndGoOnAfter) {
  if (kWindows) GTEST_SKIP() << "Wine's pipes never fill, so nothing would be shown";
  open({.limit = 1 << 20});
  b->pause();
  start();
  const std::string text(10'000, 'x');
  int sent = 0;
  const int too_many = 200;  // 2 MB
  while (*a->send(text) == Flow::go_on) ASSERT_LT(++sent, too_many);
  ++sent;  // the one that said pause was taken, too
  EXPECT_GE(a->pending(), std::size_t{128} << 10);
  Result<Flow> flow = a->send(text);
  for (; flow; flow = a->send(text)) ASSERT_LT(++sent, too_many);
  EXPECT_EQ(flow.error().code, std::errc::no_buffer_space) << "memory has its limit";
  EXPECT_LE(a->pending(), std::size_t{1} << 20);
  const test::Waiting waiting("a full channel");
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
  EXPECT_EQ(at_a.drains, 0);
  EXPECT_TRUE(at_b.messages.empty());
  b->resume();
  until("the drain", [&] { return at_a.drains > 0; });
  EXPECT_EQ(*a->send("again"), Flow::go_on);
  a->disconnect();
  run("all of it");
  EXPECT_EQ(at_a.drains, 1);
  EXPECT_EQ(at_b.messages.size(), static_cast<std::size_t>(sent) + 1);
}

TEST_P(Messages, OfOnePieceMayBeHeardOneByOne) {
  start();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(a->send(i));
  bool inside = false;
  at_b.on_message = [&](const Value&) {
    EXPECT_FALSE(inside) << "by the loop, and not by resume()";
    b->pause();
  };
  for (int heard = 1; heard <= 5; ++heard) {
    until("one message", [&] { return at_b.messages.size() == static_cast<std::size_t>(heard); });
    (void)loop.turn(Deadline::after(Milliseconds(0)));
    EXPECT_EQ(at_b.messages.size(), static_cast<std::size_t>(heard));
    inside = true;
    b->resume();
    inside = false;
  }
  b->disconnect();
  run("the end");
}

TEST_P(Messages, AboveTheLimitEndTheChannel) {
  open({.limit = 1000});
  start();
  ASSERT_TRUE(a->send(std::string(900, 'x')));
  ASSERT_FALSE(a->send(std::string(1001, 'x'))) << "nor are they sent";
  a->disconnect();
  run("a message");
  EXPECT_EQ(at_b.messages.size(), 1U);

  open({.limit = 1000});
  Options more{.serialization = std::get<Serialization>(GetParam())};
  sockets::Pair ends = std::move(sockets::pair()).value();
  a = Channel::open(loop, std::move(ends.first), more).value();
  more.limit = 1000;
  b = Channel::open(loop, std::move(ends.second), more).value();
  start();
  ASSERT_TRUE(a->send("short"));
  ASSERT_TRUE(a->send(std::string(1001, 'x')));
  run("a message that is too long");
  ASSERT_TRUE(at_b.why);
  EXPECT_EQ(at_b.why->code, std::errc::message_size) << at_b.why->message();
  EXPECT_EQ(at_b.messages.size(), 2U);
}

}  // namespace
}  // namespace proclab::channel
