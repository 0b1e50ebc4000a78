// tests/ch13 · what Windows lacks is an error for the worker who asks, with the reason in it.
#include <gtest/gtest.h>

#include "chapters/ch13_cluster/servers.h"

namespace proclab::cluster {
namespace {

/// A primary's voice, heard.
class Door final : public WorkerDoor {
 public:
  void answer(WorkerId, std::uint64_t, ServerAnswer what,
              std::optional<channel::Outgoing> socket) override {
    answers.push_back(what.error);
    sockets_sent += socket ? 1 : 0;
  }
  bool hand_over(WorkerId, const std::string&, const Rota::Connection&) override { return false; }
  void trouble(WorkerId, const Error&) override {}

  std::vector<int> answers;
  int sockets_sent = 0;
};

class Lacking : public testing::Test {
 protected:
  void expect_refused(Policy policy, const Place& place) {
    Door door;
    Servers servers(loop, {.policy = policy}, door);
    servers.query(1, 0, place);
    const int why = uv_number(std::make_error_code(std::errc::not_supported));
    EXPECT_EQ(door.answers, std::vector<int>{why});
    EXPECT_EQ(door.sockets_sent, 0);
    EXPECT_EQ(servers.size(), 0U);
  }
  loop::Loop loop = std::move(loop::Loop::open()).value();
};

TEST_F(Lacking, ThereIsNoReusePort) {
  expect_refused(Policy::reuse_port, {.address = "127.0.0.1", .port = 0});
}

TEST_F(Lacking, ANamedPipeIsNotPassedOn) {
  const Place pipe{.address = R"(\\.\pipe\ch13)", .port = -1, .family = Place::Family::local};
  expect_refused(Policy::round_robin, pipe);
  expect_refused(Policy::shared, pipe);
}

TEST_F(Lacking, NorIsUdp) {
  expect_refused(Policy::shared,
                 {.address = "127.0.0.1", .port = 0, .family = Place::Family::udp4});
}

}  // namespace
}  // namespace proclab::cluster
