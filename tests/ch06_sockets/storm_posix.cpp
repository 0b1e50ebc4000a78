// tests/ch06 · EINTR at every call: a thousand SIGALRM a second, whose handler does not restart
// calls.
#include <gtest/gtest.h>

#include <thread>

#include "chapters/ch06_sockets/local.h"
#include "chapters/ch06_sockets/passing.h"
#include "chapters/ch06_sockets/tcp.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"
#include "tests/support/storm_posix.h"

namespace proclab::sockets {
namespace {

using test::Storm;
using test::Waiting;

TEST(Storm, BytesArriveWholeAndInOrder) {
  const Waiting waiting("32 MiB in a storm");
  Pair ends = *pair();
  std::string all(32 << 20, '\0');
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>(i * 31 >> 3);
  const Storm storm;
  std::thread sender([&] {
    EXPECT_TRUE(send_all(ends.first.get(), all));
    ends.first.close();
  });
  const std::string got = rest(ends.second.get());
  sender.join();
  EXPECT_TRUE(got == all) << got.size();
}

TEST(Storm, WaitsThatNothingEndsKeepToTheirDeadlines) {
  const Waiting waiting("four waits of 30 ms in a storm");
  const Folder folder;
  const Pair ends = *pair();
  LocalListener local = *LocalListener::open(folder.name("s"), {.backlog = 1});
  const Socket tcp = *listen_tcp({"127.0.0.1", 0});
  std::vector<Handle> clients;
  while (auto client = connect_local(folder.name("s"), Kind::stream, now())) {
    clients.push_back(std::move(*client));
  }
  const Storm storm;
  const auto span = [] { return Deadline::after(Milliseconds(30)); };
  char room[8];
  EXPECT_EQ(receive(ends.first.get(), room, span()).error().code, std::errc::timed_out);
  EXPECT_EQ(receive_handles(ends.first.get(), room, 1, span()).error().code, std::errc::timed_out);
  EXPECT_EQ(accept_tcp(tcp, span()).error().code, std::errc::timed_out);
  EXPECT_EQ(connect_local(folder.name("s"), Kind::stream, span()).error().code,
            std::errc::timed_out);
  EXPECT_GT(Storm::count(), 0);
}

TEST(Storm, EveryDescriptorArrivesOnce) {
  const Waiting waiting("descriptors in a storm");
  constexpr int kMessages = 20'000;
  const Pair ends = *pair();
  const Storm storm;
  std::thread sender([&] {
    const NativeHandle one[] = {0};
    for (int i = 0; i < kMessages; ++i) EXPECT_TRUE(send_handles(ends.first.get(), "x", one));
  });
  int handles = 0;
  char room[1];
  for (int i = 0; i < kMessages; ++i) {
    const Result<Received> got = receive_handles(ends.second.get(), room, 1, soon());
    ASSERT_TRUE(got) << got.error().message();
    handles += static_cast<int>(got->handles.size());
    EXPECT_FALSE(got->lost);
  }
  sender.join();
  EXPECT_EQ(handles, kMessages);
}

TEST(Storm, EveryClientIsServed) {
  const Waiting waiting("clients in a storm");
  constexpr int kClients = 300;
  const Folder folder;
  LocalListener local = *LocalListener::open(folder.name("s"), {.backlog = 1});
  const Socket tcp = *listen_tcp({"127.0.0.1", 0});
  const TcpAddress at = *local_address(tcp);
  const Storm storm;
  std::thread clients([&] {
    for (int i = 0; i < kClients; ++i) {
      const Result<Handle> one =
          connect_local(folder.name("s"));  // waits where the backlog is full
      EXPECT_TRUE(one && send_all(one->get(), "l")) << one.error().message();
      const Result<Socket> other = connect_tcp(at);
      EXPECT_TRUE(other && send_all(other->get(), "t")) << other.error().message();
    }
  });
  for (int i = 0; i < kClients; ++i) {
    const Result<Handle> one = local.accept(soon());
    ASSERT_TRUE(one) << one.error().message();
    EXPECT_EQ(rest(one->get()).substr(0, 1), "l");
    const Result<Socket> other = accept_tcp(tcp, soon());
    ASSERT_TRUE(other) << other.error().message();
    EXPECT_EQ(rest(other->get()).substr(0, 1), "t");
  }
  clients.join();
}

}  // namespace
}  // namespace proclab::sockets
