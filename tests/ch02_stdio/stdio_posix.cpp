// tests/ch02 · what the note says of C's stdio: who buffers how, and when an error is seen.
#include <cerrno>
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <termios.h>

#include "tests/ch02_stdio/in_child_posix.h"

namespace proclab::stdio {
namespace {

using test::Pipe;

// The child's part: stdio, fresh on this descriptor, prints a line and a half and dies without exit().
int print_and_die(int out) {
  std::FILE* file = ::fdopen(out, "w");  // as stdout is: the buffering is chosen at first output
  if (file == nullptr) return 1;
  std::fputs("line\nhalf", file);
  ::_exit(0);
}

std::string read_some(int fd) {
  char text[100];
  const ssize_t count = ::read(fd, text, sizeof text);
  return {text, count > 0 ? static_cast<std::size_t>(count) : 0};
}

TEST(Stdio, PipeIsFullyBufferedSoExitWithoutFlushLosesAll) {
  Pipe pipe;
  ASSERT_EQ(test::code_in_child([&] { return print_and_die(pipe.writer.get()); }), 0);
  pipe.writer.close();
  EXPECT_EQ(read_some(pipe.reader.get()), "");
}

TEST(Stdio, TerminalIsBufferedByLine) {
  const Handle master(::posix_openpt(O_RDWR | O_NOCTTY));
  ASSERT_TRUE(master && ::grantpt(master.get()) == 0 && ::unlockpt(master.get()) == 0);
  const Handle slave(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY));
  struct termios raw {};
  ASSERT_EQ(::tcgetattr(slave.get(), &raw), 0);
  ::cfmakeraw(&raw);
  ASSERT_EQ(::tcsetattr(slave.get(), TCSANOW, &raw), 0);
  ASSERT_EQ(test::code_in_child([&] { return print_and_die(slave.get()); }), 0);
  EXPECT_EQ(read_some(master.get()), "line\n");
}

TEST(Stdio, StderrIsNotBuffered) {
  Pipe pipe;
  ASSERT_EQ(test::code_in_child([&] {
              ::dup2(pipe.writer.get(), 2);
              std::fputs("half", stderr);
              ::_exit(0);
              return 0;
            }),
            0);
  pipe.writer.close();
  EXPECT_EQ(read_some(pipe.reader.get()), "half");
}

TEST(Stdio, FullDiskIsSeenAtFcloseOnly) {
  const Handle device(::open("/dev/full", O_WRONLY));
  if (!device) GTEST_SKIP() << "no /dev/full here";
  std::FILE* file = std::fopen("/dev/full", "w");
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(std::fputs("a year's work\n", file) == EOF, false);
  EXPECT_EQ(std::ferror(file), 0);
  EXPECT_EQ(std::fclose(file), EOF);
  EXPECT_EQ(errno, ENOSPC);
}

TEST(Stdio, NextOpenTakesTheClosedSlot) {
  EXPECT_EQ(test::code_in_child([] {
              ::close(1);
              if (::write(1, "x", 1) != -1 || errno != EBADF) return 2;
              return ::open("/dev/null", O_WRONLY) == 1 ? 0 : 3;
            }),
            0);
}

}  // namespace
}  // namespace proclab::stdio
