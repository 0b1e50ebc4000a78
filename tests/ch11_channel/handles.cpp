// tests/ch11 · sockets in messages: they arrive, they are served there, and nobody keeps what he gave away.
#include <memory>

#include "chapters/ch06_sockets/io.h"
#include "tests/ch11_channel/both_ends.h"

namespace proclab::channel {
namespace {

using Shared = std::shared_ptr<const sockets::Socket>;

Shared listener() {
  return std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
}

/// A connection: what a server has accepted, and its client.
struct Connection {
  Shared server;
  sockets::Socket client;
};
Connection connection() {
  const sockets::Socket door = *sockets::listen_tcp({"127.0.0.1", 0});
  sockets::Socket client = *sockets::connect_tcp(*sockets::local_address(door));
  return {std::make_shared<const sockets::Socket>(*sockets::accept_tcp(door)), std::move(client)};
}

/// What `one` says arrives at `other`.
void expect_connected(const sockets::Socket& one, const sockets::Socket& other) {
  const Deadline soon = Deadline::after(Milliseconds(10'000));
  ASSERT_TRUE(sockets::send_all(one.get(), "hello", soon));
  char room[8];
  const Result<std::size_t> got = sockets::receive(other.get(), room, soon);
  ASSERT_TRUE(got) << got.error().message();
  EXPECT_EQ(std::string(room, *got), "hello");
}

class Handles : public BothEnds {};
INSTANTIATE_TEST_SUITE_P(By, Handles, all_ways(), way_name);

TEST_P(Handles, OfAConnectionChangeTheirOwner) {
  start();
  Connection pair = connection();
  const std::weak_ptr<const sockets::Socket> ours = pair.server;
  bool done = false;
  ASSERT_TRUE(a->send("here", {Kind::socket, std::move(pair.server)}, [&](const Result<void>& how) {
    EXPECT_TRUE(how);
    EXPECT_FALSE(at_b.handles.empty()) << "it is there when its sender is told";
    done = true;
  }));
  EXPECT_TRUE(a->awaits_handle());
  EXPECT_FALSE(ours.expired()) << "until it is confirmed";
  until("a socket", [&] { return done; });
  EXPECT_TRUE(ours.expired()) << "nobody else held it";
  EXPECT_FALSE(a->awaits_handle());
  ASSERT_EQ(at_b.handles.size(), 1U);
  EXPECT_EQ(at_b.handles[0].kind, Kind::socket);
  EXPECT_EQ(at_b.messages, std::vector<Value>{"here"});
  expect_connected(at_b.handles[0].socket, pair.client);
  expect_connected(pair.client, at_b.handles[0].socket);
}

TEST_P(Handles, OfAListenerServeAtBothEnds) {
  start();
  const Shared ours = listener();
  const sockets::TcpAddress where = *sockets::local_address(*ours);
  ASSERT_TRUE(a->send("serve this", {Kind::server, ours}));
  until("a listener", [&] { return !at_b.handles.empty() && !a->awaits_handle(); });
  EXPECT_EQ(ours.use_count(), 1);
  const sockets::Socket& theirs = at_b.handles[0].socket;
  for (const sockets::Socket* one : {&theirs, ours.get(), &theirs}) {
    const sockets::Socket client = *sockets::connect_tcp(where);
    const Result<sockets::Socket> served =
        sockets::accept_tcp(*one, Deadline::after(Milliseconds(10'000)));
    ASSERT_TRUE(served) << served.error().message();
    expect_connected(*served, client);
  }
}

TEST_P(Handles, LetNothingPassBeforeTheyAreConfirmed) {
  start();
  ASSERT_TRUE(a->send(1));
  ASSERT_TRUE(a->send(2, {Kind::native, listener()}));
  ASSERT_TRUE(a->send(3));
  ASSERT_TRUE(a->send(4, {Kind::socket, connection().server}));
  ASSERT_TRUE(a->send(5, {Kind::socket, connection().server}));
  ASSERT_TRUE(a->send(6));
  EXPECT_GT(a->pending(), 0U);
  a->disconnect();  // after all of these
  run("six messages");
  EXPECT_EQ(at_b.messages, (std::vector<Value>{1, 2, 3, 4, 5, 6}));
  ASSERT_EQ(at_b.handles.size(), 3U);
  EXPECT_EQ(at_b.handles[0].kind, Kind::native);
  EXPECT_EQ(at_a.disconnects, 1);
  EXPECT_EQ(at_b.disconnects, 1);
}

TEST_P(Handles, GoBothWaysAtOnce) {
  start();
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(a->send(i, {Kind::socket, connection().server}));
    ASSERT_TRUE(b->send(i, {Kind::socket, connection().server}));
  }
  until("twenty each", [&] { return at_a.handles.size() + at_b.handles.size() == 40; });
  EXPECT_EQ(at_a.messages, at_b.messages);
}

TEST_P(Handles, RideOnNodesOwnMessages) {
  start();
  const Value newconn = Object{{"cmd", "NODE_CLUSTER"}, {"act", "newconn"}};
  ASSERT_TRUE(a->send(newconn, {Kind::native, connection().server}));
  until("an internal message", [&] { return !at_b.internal.empty(); });
  EXPECT_EQ(at_b.internal[0], newconn);
  EXPECT_EQ(at_b.handles.size(), 1U);
  EXPECT_TRUE(at_b.messages.empty());
}

TEST_P(Handles, WithAKeyAreCountedAsLongAsTheyLive) {
  start();
  const auto ask = [&](const char* what) {
    ASSERT_TRUE(a->send(Object{{"cmd", what}, {"key", "4:127.0.0.1:0"}}));
  };
  const auto count = [&](int living) {
    at_a.internal.clear();
    ask("NODE_SOCKET_GET_COUNT");
    until("a count", [&] { return !at_a.internal.empty(); });
    EXPECT_EQ(*at_a.internal[0].find("count"), Value(living));
  };
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(a->send(i, {Kind::socket, connection().server, "4:127.0.0.1:0", {}}));
  }
  until("two sockets", [&] { return at_b.handles.size() == 2; });
  count(2);
  at_b.handles.pop_back();
  count(1);
  ask("NODE_SOCKET_NOTIFY_CLOSE");
  count(1);
  at_a.internal.clear();
  at_b.handles.pop_back();
  until("all closed", [&] { return !at_a.internal.empty(); });
  EXPECT_EQ(*at_a.internal[0].find("cmd"), Value("NODE_SOCKET_ALL_CLOSED"));
  count(0);
}

TEST_P(Handles, MayOutliveTheChannel) {
  start();
  ASSERT_TRUE(a->send(1, {Kind::socket, connection().server, "key", {}}));
  until("a socket", [&] { return !at_b.handles.empty(); });
  b.reset();
  at_b.handles.clear();  // and the count, which has nobody to tell
  run("the end");
}

TEST_P(Handles, OfWhomNobodyWillHearAreClosed) {
  if (kWindows) GTEST_SKIP() << "Wine's copy for the receiver stays when nobody imports it";
  start();
  const Shared kept = listener();
  std::vector<bool> how;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(
        a->send(i, {Kind::server, kept}, [&](const Result<void>& r) { how.push_back(!!r); }));
  }
  EXPECT_EQ(kept.use_count(), 5) << "the channel's three, ours, and what rides under way";
  b->close();
  run("the other end's end");
  EXPECT_EQ(how, (std::vector<bool>{false, false, false}));
  EXPECT_EQ(kept.use_count(), 1);
  EXPECT_EQ(at_a.disconnects, 1);
}

TEST_P(Handles, ThatAreNoneAreRefused) {
  start();
  EXPECT_FALSE(a->send(1, {Kind::socket, nullptr}));
  EXPECT_FALSE(a->send(1, {Kind::socket, std::make_shared<const sockets::Socket>()}));
  a->disconnect();
  run("nothing");
  EXPECT_TRUE(at_b.messages.empty());
}

}  // namespace
}  // namespace proclab::channel
