// tests/ch06 · passing.h on POSIX: more descriptors than there is room for, and bad input.
#include <gtest/gtest.h>

#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "chapters/ch06_sockets/passing.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/ch06_sockets/files_posix.h"
#include "tests/support/deadline.h"

namespace proclab::sockets {
namespace {

using test::Waiting;

TEST(Passing, MoreThanExpectedAreClosedAndSaid) {
  const Waiting waiting("three descriptors for one");
  const Pair ends = *pair();
  const Files files(3);
  for (const std::size_t most : {0U, 1U, 2U}) {
    ASSERT_TRUE(send_handles(ends.first.get(), "bytes", files.numbers));
    const Received got = take(ends.second.get(), 64, most);
    EXPECT_EQ(got.size, 5U) << "the bytes are whole";
    EXPECT_EQ(got.handles.size(), most);
    EXPECT_EQ(sizes(got.handles), std::string("1 2 ").substr(0, 2 * most)) << "the first ones";
    EXPECT_TRUE(got.lost);
  }  // and the leak guard counts the rest
}

//> unsafe-receive
/// UNSAFE: room for one descriptor, as in many a program. CMSG_SPACE rounds up to where two have
/// room.
int receive_one_unsafe(int end, int* flags) {
  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = room;
  message.msg_controllen = sizeof room;
  if (::recvmsg(end, &message, MSG_CMSG_CLOEXEC) != 1) return -1;
  *flags = message.msg_flags;
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  return fd;
}
//< unsafe-receive

/// Another descriptor of the same file, or -1.
int other_descriptor_of(int fd) {
  struct stat wanted {};
  EXPECT_EQ(::fstat(fd, &wanted), 0);
  for (int other = 0; other < 1024; ++other) {
    struct stat about {};
    if (other != fd && ::fstat(other, &about) == 0 && about.st_ino == wanted.st_ino &&
        about.st_dev == wanted.st_dev) {
      return other;
    }
  }
  return -1;
}

TEST(Passing, ThreeIntoRoomForOneLeakInTheUnsafeTwin) {
  const Waiting waiting("three descriptors in room for one");
  const Pair ends = *pair();
  const Files files(3);
  ASSERT_TRUE(send_handles(ends.first.get(), "x", files.numbers));
  int flags = 0;
  const Handle first(receive_one_unsafe(ends.second.get(), &flags));
  EXPECT_TRUE(first);
  EXPECT_NE(flags & MSG_CTRUNC, 0);
  const Handle leaked(other_descriptor_of(files.numbers[1]));  // nobody told us of this one
  EXPECT_TRUE(leaked) << "two have arrived";
}

TEST(Passing, WithNoDescriptorLeftTheBytesArriveAndTheLossIsSaid) {
  const Waiting waiting("descriptors that have no room here");
  const Pair ends = *pair();
  const Files files(3);
  for (const std::size_t room : {0U, 1U, 2U, 3U}) {
    ASSERT_TRUE(send_handles(ends.first.get(), "bytes", files.numbers));
    std::vector<Handle> all;
    for (int fd; (fd = ::fcntl(0, F_DUPFD_CLOEXEC, 3)) != -1;) all.emplace_back(fd);
    for (std::size_t i = 0; i < room; ++i) all.pop_back();
    char bytes[64];
    const Result<Received> got = receive_handles(ends.second.get(), bytes, 3, soon());
    all.clear();
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(got->size, 5U);
    EXPECT_EQ(got->handles.size(), room);
    EXPECT_EQ(got->lost, room < 3);
  }
}

TEST(Passing, BadInputIsRefusedBeforeAnythingGoes) {
  const Pair ends = *pair();
  const NativeHandle one[] = {0};
  EXPECT_EQ(send_handles(ends.first.get(), "", one).error().code, std::errc::invalid_argument);
  const std::vector<NativeHandle> many(kMostHandles + 1, 0);
  EXPECT_EQ(send_handles(ends.first.get(), "x", many).error().code, std::errc::invalid_argument);
  const NativeHandle closed[] = {0, 9999};
  EXPECT_EQ(send_handles(ends.first.get(), "x", closed).error().code,
            std::errc::bad_file_descriptor);
  char room[8];
  EXPECT_EQ(receive_handles(ends.second.get(), room, 1, now()).error().code, std::errc::timed_out);
}

}  // namespace
}  // namespace proclab::sockets
