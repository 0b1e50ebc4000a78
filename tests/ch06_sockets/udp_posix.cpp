// Tests of chapter 6 · udp: one socket, two who read from it.
#include "chapters/ch06_sockets/udp.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chapters/ch06_sockets/io.h"

namespace proclab::sockets {
namespace {

TEST(Udp, IsSharedByTheMessage) {
  const Socket one = *bind_udp({"127.0.0.1", 0});
  const Socket other(::dup(one.get()));
  const Socket client = *bind_udp({"127.0.0.1", 0});
  const TcpAddress where = *local_address(one);
  EXPECT_NE(where.port, 0);
  sockaddr_storage to{};
  socklen_t size = sizeof to;
  ASSERT_EQ(::getsockname(one.get(), reinterpret_cast<sockaddr*>(&to), &size), 0);
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&to), size), 0);
  ASSERT_TRUE(send_all(client.get(), "first"));
  ASSERT_TRUE(send_all(client.get(), "second"));
  char room[16];
  const Deadline soon = Deadline::after(Milliseconds(10'000));
  EXPECT_EQ(receive_message(one.get(), room, soon)->size, 5U);
  EXPECT_EQ(receive_message(other.get(), room, soon)->size, 6U);
}

TEST(Udp, APortIsBusyUnlessBothSayReuse) {
  const Socket one = *bind_udp({"127.0.0.1", 0});
  const Result<Socket> two = bind_udp(*local_address(one));
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().code, std::errc::address_in_use);
  const Socket three = *bind_udp({"127.0.0.1", 0}, {.reuse_address = true});
  EXPECT_TRUE(bind_udp(*local_address(three), {.reuse_address = true}));
  EXPECT_EQ(bind_udp({"no address", 1}).error().code, std::errc::invalid_argument);
}

}  // namespace
}  // namespace proclab::sockets
