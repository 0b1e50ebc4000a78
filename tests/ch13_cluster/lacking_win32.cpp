// tests/ch13 · what Windows lacks is an error for the worker who asks, with the reason in it.
#include "tests/ch13_cluster/door.h"

namespace proclab::cluster {
namespace {

class Lacking : public WithServers {
 protected:
  void expect_refused(Policy policy, const Place& place) {
    open({.policy = policy});
    EXPECT_EQ(query(1, place).error, uv_number(std::make_error_code(std::errc::not_supported)));
    EXPECT_EQ(door.sockets.back(), nullptr);
    EXPECT_EQ(servers->size(), 0U);
  }
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
