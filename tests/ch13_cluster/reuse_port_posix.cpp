// tests/ch13 · SO_REUSEPORT's trap, and its absence where one socket is shared.
#include <gtest/gtest.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/tcp.h"

namespace proclab::cluster {
namespace {

constexpr int kWaiting = 40;

struct Outcome {
  int served = 0, reset = 0;
};

/// All clients wait; the first listener closes; the second takes whom it finds.
Outcome after_the_close(sockets::Socket first, const sockets::Socket& second) {
  const sockets::TcpAddress where = *sockets::local_address(second);
  std::vector<sockets::Socket> clients;
  for (int i = 0; i < kWaiting; ++i) clients.push_back(*sockets::connect_tcp(where));
  first.close();
  Outcome seen;
  std::vector<sockets::Socket> taken;
  for (;;) {
    Result<sockets::Socket> one = sockets::accept_tcp(second, Deadline::after(Milliseconds(0)));
    if (!one) break;
    if (sockets::send_all(one->get(), "x")) ++seen.served;
    taken.push_back(std::move(*one));
  }
  for (const sockets::Socket& client : clients) {
    char room[1];
    const auto got = sockets::receive(client.get(), room, Deadline::after(Milliseconds(10'000)));
    if (!got && got.error().code == std::errc::connection_reset) ++seen.reset;
  }
  return seen;
}

TEST(ReusePort, WhoWaitsInTheQueueThatClosesIsReset) {
  sockets::Socket first = *sockets::listen_tcp({"127.0.0.1", 0}, {.reuse_port = true});
  const sockets::Socket second =
      *sockets::listen_tcp(*sockets::local_address(first), {.reuse_port = true});
  const Outcome seen = after_the_close(std::move(first), second);
  EXPECT_EQ(seen.served + seen.reset, kWaiting);
  EXPECT_GT(seen.reset, 0) << "of 40, chance puts none there once in 10^12";
}

TEST(ReusePort, ASharedSocketLosesNobody) {
  const sockets::Socket one = *sockets::listen_tcp({"127.0.0.1", 0});
  const Outcome seen = after_the_close(sockets::Socket(::dup(one.get())), one);
  EXPECT_EQ(seen.served, kWaiting);
  EXPECT_EQ(seen.reset, 0);
}

}  // namespace
}  // namespace proclab::cluster
