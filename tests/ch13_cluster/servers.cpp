// tests/ch13 · real sockets, and workers that are only numbers: who is told what, and who gets which connection.
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch10_loop/timer.h"
#include "tests/ch13_cluster/door.h"

namespace proclab::cluster {
namespace {

Place place_at(std::optional<std::string> address, Place::Family family = Place::Family::ipv4) {
  return {.address = std::move(address), .port = 0, .family = family};
}
int number_of(std::errc why) { return uv_number(std::make_error_code(why)); }

class ServersTest : public WithServers {
 protected:
  sockets::Socket client(std::uint16_t port, const std::string& host = "127.0.0.1") {
    Result<sockets::Socket> one =
        sockets::connect_tcp({host, port}, Deadline::after(Milliseconds(10'000)));
    EXPECT_TRUE(one) << host;
    return one ? std::move(*one) : sockets::Socket();
  }
  void until_handed(std::size_t times) {
    until("a connection", [&] { return door.handed.size() >= times; });
  }
};

TEST_F(ServersTest, TheQueueHasAnEndAndTheRestWaitsInTheKernel) {
  constexpr std::size_t kQueue = 3, kClients = 8;
  open({.queue = kQueue});
  const std::uint16_t port = query(1, place_at("127.0.0.1")).name->port;
  std::vector<sockets::Socket> clients;
  for (std::size_t i = 0; i < kClients; ++i) clients.push_back(client(port));
  // One is in the worker's hand, and unanswered; three wait here.
  until("a full queue", [&] { return door.handed.size() == 1 && servers->waiting() == kQueue; });
  bool over = false;
  const loop::Timer timer = loop::Timer::once(loop, Milliseconds(50), [&] { over = true; });
  while (!over) ASSERT_TRUE(loop.turn(brief()));
  EXPECT_EQ(servers->waiting(), kQueue) << "no more is accepted than there is room for";
  const std::string key = door.handed[0].key;
  for (std::size_t served = 1; served <= kClients; ++served) {
    until_handed(served);
    EXPECT_LE(servers->waiting(), kQueue);
    EXPECT_TRUE(servers->answered(1, key, true));
  }
  EXPECT_EQ(servers->waiting(), 0U) << "and nobody was lost";
}

TEST_F(ServersTest, ARefusalIsTriedElsewhereAndWhoRefusedComesAgainAfterARest) {
  open({.rest = Milliseconds(20)});
  const std::uint16_t port = query(1, place_at("127.0.0.1")).name->port;
  (void)query(2, place_at("127.0.0.1"));
  const sockets::Socket waits = client(port);
  until_handed(1);
  const std::string key = door.handed[0].key;
  EXPECT_TRUE(servers->answered(1, key, false));
  ASSERT_EQ(door.handed.size(), 2U);
  EXPECT_EQ(door.handed[1].to, 2U);
  EXPECT_EQ(door.handed[1].what, door.handed[0].what) << "the same connection";
  EXPECT_TRUE(servers->answered(2, key, false));
  EXPECT_EQ(door.handed.size(), 2U) << "nobody is asked at once who has just said no";
  const std::uint64_t before = loop.counts().turns;
  until_handed(3);
  EXPECT_EQ(door.handed[2].to, 1U) << "who has rested longest";
  EXPECT_LE(loop.counts().turns - before, 10U) << "by a timer, and nothing spins in between";
}

TEST_F(ServersTest, AWorkerThatCannotBeReachedCostsNoConnection) {
  open({});
  const std::uint16_t port = query(1, place_at("127.0.0.1")).name->port;
  (void)query(2, place_at("127.0.0.1"));
  door.unreachable = 1;
  const sockets::Socket waits = client(port);
  until_handed(2);
  EXPECT_EQ(door.handed[0].to, 1U);
  EXPECT_EQ(door.handed[1].to, 2U);
  EXPECT_EQ(door.handed[1].what, door.handed[0].what);
}

TEST_F(ServersTest, NoAddressIsBothFamilies) {
  open({});
  const std::uint16_t port = query(1, place_at(std::nullopt)).name->port;
  for (const char* const host : {"127.0.0.1", "::1"}) {
    const std::size_t before = door.handed.size();
    const sockets::Socket one = client(port, host);
    until_handed(before + 1);
    EXPECT_TRUE(servers->answered(1, door.handed.back().key, true));
  }
}

TEST_F(ServersTest, IPv6AloneIsIPv6Alone) {
  open({});
  Place only = place_at("::", Place::Family::ipv6);
  only.flags = 1;  // libuv's UV_TCP_IPV6ONLY, as listen({ ipv6Only: true }) sends it
  const std::uint16_t port = query(1, only).name->port;
  const Result<sockets::Socket> old =
      sockets::connect_tcp({"127.0.0.1", port}, Deadline::after(Milliseconds(10'000)));
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().code, std::errc::connection_refused);
  const sockets::Socket one = client(port, "::1");
  until_handed(1);
}

TEST_F(ServersTest, OneWorkerMayHaveTwoListenersAndHearsOfEach) {
  open({});
  Place second = place_at("127.0.0.1");
  second.index = 1;  // the second of the same kind, as Node counts
  const ServerAnswer one = query(1, place_at("127.0.0.1")), other = query(1, second);
  EXPECT_NE(one.key, other.key);
  EXPECT_NE(one.name->port, other.name->port);
  const sockets::Socket to_one = client(one.name->port);
  until_handed(1);
  EXPECT_EQ(door.handed[0].key, one.key);
  const sockets::Socket to_other = client(other.name->port);
  until_handed(2);
  EXPECT_EQ(door.handed[1].key, other.key) << "though the first is not answered for";
  EXPECT_TRUE(servers->close(1, one.key));
  EXPECT_EQ(servers->size(), 1U);
  EXPECT_FALSE(servers->answered(1, one.key, true)) << "there is no such server any more";
}

TEST_F(ServersTest, TheSamePlaceTwiceInOneWorkerIsABusyPortAndInTwoItIsShared) {
  for (const Policy policy : {Policy::round_robin, Policy::shared}) {
    open({.policy = policy});
    EXPECT_EQ(query(1, place_at("127.0.0.1")).error, 0);
    EXPECT_EQ(query(1, place_at("127.0.0.1")).error, number_of(std::errc::address_in_use));
    EXPECT_EQ(query(2, place_at("127.0.0.1")).error, 0);
    EXPECT_EQ(servers->size(), 1U);
    const auto& sent = door.sockets;
    if (policy == Policy::shared) {
      EXPECT_EQ(sent[sent.size() - 1], sent[sent.size() - 3]) << "one socket for both";
      EXPECT_NE(sent.back(), nullptr);
    } else {
      EXPECT_EQ(sent.back(), nullptr) << "the primary accepts by itself";
    }
  }
}

}  // namespace
}  // namespace proclab::cluster
