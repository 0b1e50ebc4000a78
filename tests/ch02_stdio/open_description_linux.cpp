// tests/ch02 · reopen, as Linux alone can do it; and a full disk that is real.
#include "chapters/ch02_stdio/open_description_posix.h"

#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include "chapters/ch02_stdio/writer.h"
#include "tests/ch02_stdio/in_child_posix.h"

namespace proclab::stdio {
namespace {

using test::Pipe;

TEST(OpenDescription, ReopenedPipeHasFlagsOfItsOwn) {
  const Pipe pipe;
  const Result<Handle> own = reopen(pipe.writer.get());
  ASSERT_TRUE(own) << own.error().message();
  ASSERT_TRUE(set_nonblocking(own->get(), true));
  EXPECT_FALSE(*nonblocking(pipe.writer.get()));
  ASSERT_EQ(::write(own->get(), "hello", 5), 5);  // and leads to the same pipe
  char text[6] = {};
  EXPECT_EQ(::read(pipe.reader.get(), text, 5), 5);
  EXPECT_STREQ(text, "hello");
}

TEST(OpenDescription, ReopenedTerminalHasFlagsOfItsOwn) {
  const Handle master(::posix_openpt(O_RDWR | O_NOCTTY));
  ASSERT_TRUE(master && ::grantpt(master.get()) == 0 && ::unlockpt(master.get()) == 0);
  const Handle slave(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY));
  const Result<Handle> own = reopen(slave.get());
  ASSERT_TRUE(own) << own.error().message();
  ASSERT_TRUE(set_nonblocking(own->get(), true));
  EXPECT_FALSE(*nonblocking(slave.get()));
}

TEST(OpenDescription, SocketCannotBeReopened) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const Handle a(ends[0]), b(ends[1]);
  const Result<Handle> own = reopen(a.get());
  ASSERT_FALSE(own);
  EXPECT_EQ(own.error().code, std::errc::no_such_device_or_address);
}

TEST(BlockingWriter, FullDeviceIsAnError) {
  const Handle full(::open("/dev/full", O_WRONLY));
  const Result<bool> wrote = BlockingWriter(full.get()).write("hello");
  ASSERT_FALSE(wrote);
  EXPECT_EQ(wrote.error().code, std::errc::no_space_on_device);
}

constexpr int kNoMount = 77;

// A file system of 64 KiB, in a mount namespace of this child's own.
int fill_a_small_disk(const std::string& folder) {
  if (::unshare(CLONE_NEWNS) == -1) return kNoMount;
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == -1) return kNoMount;
  if (::mount("small", folder.c_str(), "tmpfs", 0, "size=64k") == -1) return kNoMount;
  const Handle file(::open((folder + "/file").c_str(), O_WRONLY | O_CREAT, 0600));
  if (!file) return 1;
  BlockingWriter writer(file.get());
  const Result<bool> wrote = writer.write(std::string(100'000, 'x'));
  if (wrote || wrote.error().code != std::errc::no_space_on_device) return 2;
  return writer.accepted() == 65'536 ? 0 : 3;  // the part before the error is there, and counted
}

TEST(BlockingWriter, DiskThatFillsUpIsAnErrorAfterAPart) {
  char folder[] = "/tmp/ch02_disk.XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  const int code = test::code_in_child([&] { return fill_a_small_disk(folder); });
  ::rmdir(folder);
  if (code == kNoMount) GTEST_SKIP() << "may not mount a tmpfs here";
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace proclab::stdio
