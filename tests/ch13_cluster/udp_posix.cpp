// tests/ch13 · UDP: there is no connection to hand on, so the socket itself is shared, whatever the policy.
#include <set>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/udp.h"
#include "tests/ch13_cluster/door.h"
#include "tests/ch13_cluster/with_primary.h"

namespace proclab::cluster {
namespace {

using SharedUdp = WithServers;

TEST_F(SharedUdp, IsOneSocketForAllWhoAsk) {
  for (const Policy policy : {Policy::round_robin, Policy::shared, Policy::reuse_port}) {
    open({.policy = policy});
    const Place place{.address = "127.0.0.1", .port = 0, .family = Place::Family::udp4, .fd = -1};
    EXPECT_EQ(query(1, place).error, 0);
    EXPECT_EQ(query(2, place).error, 0);
    ASSERT_NE(door.sockets.back(), nullptr);
    EXPECT_EQ(door.sockets.back(), door.sockets[door.sockets.size() - 2]);
    EXPECT_EQ(servers->size(), 1U);
    EXPECT_NE(sockets::local_address(*door.sockets.back())->port, 0) << "bound, and to a real port";
  }
}

TEST_F(SharedUdp, ABusyPortIsTheWorkersError) {
  open({});
  Place place{.address = "127.0.0.1", .port = 0, .family = Place::Family::udp4};
  (void)query(1, place);
  place.port = sockets::local_address(*door.sockets.back())->port;
  EXPECT_EQ(query(2, place).error, uv_number(std::make_error_code(std::errc::address_in_use)));
  EXPECT_EQ(door.sockets.back(), nullptr);
}

class NodeSharesUdp : public WithPrimary {
 protected:
  /// Sends a word there, and gives the answer.
  static std::string ask(std::uint16_t port) {
    const sockets::Socket ours = *sockets::bind_udp({"127.0.0.1", 0});
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(ours.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    EXPECT_TRUE(sockets::send_all(ours.get(), "who?"));
    char room[64];
    const auto got =
        sockets::receive_message(ours.get(), room, Deadline::after(Milliseconds(10'000)));
    return got ? std::string(room, got->size) : got.error().message();
  }
};

TEST_F(NodeSharesUdp, AndEachAnswersFromIt) {
  NEED_NODE();
  PrimaryOptions options;
  options.program.file = node;
  options.program.args = {std::string(PROCLAB_SOURCE) + "/tests/ch13_cluster/server.js"};
  open(std::move(options), 2);
  until_ready(2);
  ASSERT_TRUE(primary->send(1, "udp"));
  ASSERT_TRUE(primary->send(2, "udp"));
  until("two sockets", [&] { return messages.size() == 2; });
  ASSERT_NE(messages[0].find("udp"), nullptr) << testing::PrintToString(faults);
  EXPECT_EQ(messages[0], messages[1]) << "a free port, the same for both";
  EXPECT_EQ(primary->servers().size(), 2U) << "and the one for HTTP";
  const auto port = static_cast<std::uint16_t>(*messages[0].find("udp")->as_number());
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(std::set<WorkerId>({1, 2}).contains(who(ask(port))));
  ASSERT_TRUE(primary->kill(1, spawn::kKill));
  until("its end", [&] { return !exits.empty(); });
  for (int i = 0; i < 10; ++i) EXPECT_EQ(who(ask(port)), 2U) << "who is left has it still";
  stop();
  EXPECT_EQ(faults, std::vector<std::string>{});
}

}  // namespace
}  // namespace proclab::cluster
