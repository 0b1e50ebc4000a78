// tests/ch11 · the other end is no channel: a test writes by hand what it likes.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/passing.h"
#include "tests/ch11_channel/both_ends.h"

namespace proclab::channel {

/// A channel at one end, and a test that writes by hand at the other.
class Hostile : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void TearDown() override { channel.reset(); }
  void open(Options options = {}, sockets::Kind kind = sockets::Kind::stream) {
    sockets::Pair ends = std::move(sockets::pair(kind)).value();
    channel = Channel::open(loop, std::move(ends.first), options).value();
    raw = std::move(ends.second);
    channel->start(heard.events());
  }
  void say(std::string_view bytes) { ASSERT_TRUE(sockets::send_all(raw.get(), bytes)); }
  /// With copies of a new socket's descriptor.
  void say_with(std::string_view bytes, std::size_t handles) {
    const sockets::Socket one = *sockets::listen_tcp({"127.0.0.1", 0});
    const std::vector<NativeHandle> all(handles, one.get());
    ASSERT_TRUE(sockets::send_handles(raw.get(), bytes, all));
  }
  /// What the channel has sent by now.
  std::string answer(std::size_t at_least = 1) {
    const test::Waiting waiting("the channel's answer");
    std::string all;
    while (all.size() < at_least) {
      EXPECT_TRUE(loop.turn(Deadline::after(Milliseconds(10))));
      char room[4096];
      const auto got = sockets::receive(raw.get(), room, Deadline::after(Milliseconds(0)));
      if (got) all.append(room, *got);
      if (got && *got == 0) break;
    }
    return all;
  }
  /// Turns until the channel has read all that was said, and once more.
  void settle() {
    const test::Waiting waiting("the channel to read");
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
  }
  void run(const std::string& for_whom) {
    const test::Waiting waiting(for_whom);
    ASSERT_TRUE(loop.run());
  }

  Heard heard;
  loop::Loop loop = std::move(loop::Loop::open()).value();
  std::optional<Channel> channel;
  Handle raw;
};

inline constexpr const char* kWithHandle =
    R"({"cmd":"NODE_HANDLE","type":"net.Server","msg":"take"})"
    "\n";
inline constexpr const char* kAckLine = "{\"cmd\":\"NODE_HANDLE_ACK\"}\n";
inline constexpr const char* kNackLine = "{\"cmd\":\"NODE_HANDLE_NACK\"}\n";

}  // namespace proclab::channel
