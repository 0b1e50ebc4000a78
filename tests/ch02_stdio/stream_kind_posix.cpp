// tests/ch02 · classify: each kind of descriptor there is.
#include "chapters/ch02_stdio/stream_kind.h"

#include <cerrno>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "tests/ch02_stdio/in_child_posix.h"

namespace proclab::stdio {
namespace {

StreamKind kind_of_path(const char* path) {
  const Handle handle(::open(path, O_RDONLY | O_CLOEXEC));
  return classify(handle.get());
}

TEST(StreamKind, FileIsAFile) {
  EXPECT_EQ(kind_of_path(PROCLAB_SOURCE "/README.md"), StreamKind::file);
}

TEST(StreamKind, NullDeviceIsToldFromOtherDevices) {
  EXPECT_EQ(kind_of_path("/dev/null"), StreamKind::null_device);
  EXPECT_EQ(kind_of_path("/dev/zero"), StreamKind::other_device);
}

TEST(StreamKind, DirectoryIsNoFile) { EXPECT_EQ(kind_of_path("/"), StreamKind::other_device); }

TEST(StreamKind, BothEndsOfAPipeArePipes) {
  const test::Pipe pipe;
  EXPECT_EQ(classify(pipe.reader.get()), StreamKind::pipe);
  EXPECT_EQ(classify(pipe.writer.get()), StreamKind::pipe);
}

TEST(StreamKind, SocketIsASocket) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const Handle a(ends[0]), b(ends[1]);
  EXPECT_EQ(classify(a.get()), StreamKind::socket);
}

TEST(StreamKind, TerminalIsATty) {
  const Handle master(::posix_openpt(O_RDWR | O_NOCTTY));
  ASSERT_TRUE(master);
  ASSERT_EQ(::grantpt(master.get()), 0);
  ASSERT_EQ(::unlockpt(master.get()), 0);
  const Handle slave(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY));
  EXPECT_EQ(classify(slave.get()), StreamKind::tty);
}

TEST(StreamKind, ClosedIsClosedAndErrnoStays) {
  int number = 0;
  {
    const test::Pipe pipe;
    number = pipe.writer.get();
  }
  errno = ENOENT;
  EXPECT_EQ(classify(number), StreamKind::closed);
  EXPECT_EQ(classify(kNoHandle), StreamKind::closed);
  EXPECT_EQ(errno, ENOENT);
}

TEST(StreamKind, StandardSlotsAreTheirNumbers) {
  EXPECT_EQ(standard(0), 0);
  EXPECT_EQ(standard(2), 2);
}

}  // namespace
}  // namespace proclab::stdio
