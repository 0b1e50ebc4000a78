// tests/ch06 · pairs on Linux.
#include <gtest/gtest.h>

#include <cerrno>

#include <fcntl.h>

#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"

namespace proclab::sockets {
namespace {

TEST(PairLinux, ASocketCannotBeOpenedByItsPathInProc) {
  const Pair ends = *pair();
  const std::string path = "/proc/self/fd/" + std::to_string(ends.first.get());
  EXPECT_EQ(::open(path.c_str(), O_RDWR), -1);
  EXPECT_EQ(errno, ENXIO) << "as /dev/stdout in a child of Node's";
}

TEST(PairLinux, OfASeqpacketPairTheResetComesBeforeTheMessages) {
  const test::Waiting waiting("a reset");
  Pair ends = *pair(Kind::seqpacket);
  ASSERT_TRUE(send_all(ends.first.get(), "nobody will read this"));
  ASSERT_TRUE(send_all(ends.second.get(), "last words"));
  ends.second.close();
  EXPECT_EQ(next(ends.first.get()), "<recv: Connection reset by peer>");
  EXPECT_EQ(next(ends.first.get()), "last words") << "still there for who asks again";
  EXPECT_EQ(next(ends.first.get()), "<end>");
}

}  // namespace
}  // namespace proclab::sockets
