// tests/ch05 · what Linux promises about a pipe's room: PIPE_BUF, pages, and who may have more.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch05_pipes/pipeline.h"
#include "chapters/ch05_pipes/redirect.h"
#include "tests/ch02_stdio/in_child_posix.h"
#include "tests/ch05_pipes/children.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::pipes {
namespace {

using spawn::Slot;
using test::code_in_child;

/// How many bytes go in when all writes are of `size`.
std::size_t fill(int fd, std::size_t size) {
  const std::string block(size, 'x');
  std::size_t all = 0;
  for (ssize_t count = 0; (count = ::write(fd, block.data(), size)) > 0;) {
    all += static_cast<std::size_t>(count);
    if (static_cast<std::size_t>(count) < size) break;
  }
  return all;
}

std::size_t holds(std::size_t size) {
  const Pipe pipe = *make_pipe(Async::write);
  return fill(pipe.write.get(), size);
}

TEST(CapacityLinux, IsSixtyFourKibibytesUntilAsked) {
  const Pipe pipe = *make_pipe(Async::write);
  EXPECT_EQ(*capacity(pipe.read.get()), 65536U);
  EXPECT_EQ(fill(pipe.write.get(), 65536), 65536U);
  EXPECT_EQ(*unread(pipe.read.get()), 65536U);
}

TEST(CapacityLinux, CountsPagesAndNotBytes) {
  EXPECT_EQ(holds(1), 65536U);  // small ones share a page…
  EXPECT_EQ(holds(4096), 65536U);
  EXPECT_EQ(holds(3000), 16U * 3000);  // …but not one that would have to be cut for it
  EXPECT_EQ(holds(100'000), 65536U);   // and a large one is cut anyway
}

TEST(CapacityLinux, RoundsUpToAPowerOfTwoOfPages) {
  const Pipe pipe = *make_pipe();
  EXPECT_EQ(*set_capacity(pipe.write.get(), 1), 4096U);
  EXPECT_EQ(*set_capacity(pipe.write.get(), 5000), 8192U);
  EXPECT_EQ(*set_capacity(pipe.read.get(), 100'000), 131072U);  // either end will do
  EXPECT_EQ(*capacity(pipe.write.get()), 131072U);
}

TEST(CapacityLinux, CannotShrinkBelowWhatIsInIt) {
  const Pipe pipe = *make_pipe(Async::write);
  fill(pipe.write.get(), 65536);
  EXPECT_EQ(set_capacity(pipe.write.get(), 4096).error().code, std::errc::device_or_resource_busy);
}

TEST(CapacityLinux, AboveTheSystemsMaximumIsForThePrivileged) {
  const Pipe pipe = *make_pipe();
  const int code = code_in_child([&] {
    if (::getuid() == 0 && ::setuid(65534) != 0) return 2;
    const Result<std::size_t> huge = set_capacity(pipe.write.get(), 1 << 30);
    return huge.has_value() ? 1 : huge.error().code == std::errc::operation_not_permitted ? 0 : 3;
  });
  EXPECT_EQ(code, 0);
}

TEST(CapacityLinux, OfWhatIsNoPipeIsAnError) {
  const Handle null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  EXPECT_EQ(capacity(null.get()).error().code, std::errc::bad_file_descriptor);
  EXPECT_EQ(set_capacity(null.get(), 4096).error().code, std::errc::bad_file_descriptor);
  EXPECT_EQ(set_capacity(null.get(), std::size_t{INT_MAX} + 1).error().code,
            std::errc::invalid_argument);
}

// Deterministic, where torn lines on a screen are luck: leave room for less than the write.
TEST(PipeBuf, AWriteUpToItGoesInWholeOrNotAtAll) {
  const Pipe pipe = *make_pipe(Async::write);
  fill(pipe.write.get(), 65536);
  char block[PIPE_BUF + 1] = {};
  ASSERT_EQ(*read_some(pipe.read.get(), block, PIPE_BUF), static_cast<std::size_t>(PIPE_BUF));
  EXPECT_EQ(::write(pipe.write.get(), block, PIPE_BUF), PIPE_BUF);  // exactly the room there is
  ASSERT_EQ(*read_some(pipe.read.get(), block, PIPE_BUF - 1), PIPE_BUF - 1U);
  EXPECT_EQ(::write(pipe.write.get(), block, PIPE_BUF), -1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST(PipeBuf, ALargerWriteIsCutWhereThereIsRoom) {
  const Pipe pipe = *make_pipe(Async::write);
  fill(pipe.write.get(), 65536);
  char block[PIPE_BUF + 1] = {};
  ASSERT_EQ(*read_some(pipe.read.get(), block, PIPE_BUF), static_cast<std::size_t>(PIPE_BUF));
  EXPECT_EQ(::write(pipe.write.get(), block, PIPE_BUF + 1), PIPE_BUF);  // torn: one byte is missing
}

TEST(AsyncLinux, IsAFlagOfOneEndAlone) {
  const Pipe pipe = *make_pipe(Async::read);
  EXPECT_NE(::fcntl(pipe.read.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(::fcntl(pipe.write.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(pipe.read.get(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_NE(::fcntl(pipe.write.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(HereStringLinux, NobodyCanChangeIt) {
  const Result<Handle> text = here_string("sealed");
  EXPECT_EQ(::write(text->get(), "x", 1), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::ftruncate(text->get(), 0), -1);
  EXPECT_NE(::fcntl(text->get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(PipelineLinux, EachStageHasItsThreeDescriptorsAndNoMore) {
  const test::Waiting waiting("the descriptors of each stage");
  for (int which = 0; which < 4; ++which) {
    Pipe result = *make_pipe();
    std::vector<Stage> all(4, {probe({"stdin-eof"})});
    all[0].program.slots = {Slot::null(0)};
    all[which].program = probe({"fds"});
    all[which].program.slots = {Slot::null(2), Slot::from(1, result.write.get())};
    if (which == 0) all[0].program.slots.push_back(Slot::null(0));
    Pipeline pipeline = start_pipeline(all);
    result.write.close();
    const std::string fds = *read_all(result.read.get());
    EXPECT_EQ(std::count(fds.begin(), fds.end(), '\n'), 3) << fds;
    EXPECT_EQ(fds.compare(0, 2, "0 "), 0) << fds;
    EXPECT_EQ(shell_code(pipeline.wait(), true), 0);
  }
}

TEST(PipelineLinux, AStageStartsWithSigpipeAsUsualThoughWeIgnoreIt) {
  const test::Waiting waiting("a writer whose reader is gone");
  const int code = code_in_child([] {
    std::signal(SIGPIPE, SIG_IGN);
    Pipeline pipeline = start_pipeline({{probe({"flood", "1000000000"})}, {probe({"exit", "0"})}});
    return shell_code(pipeline.wait(), true);
  });
  EXPECT_EQ(code, 128 + SIGPIPE);
}

TEST(RedirectionLinux, AProgramThatGetsNoSlotForItDoesNotHoldTheFile) {
  const Result<Handle> file = open_file("/dev/null", Redirect::append);
  ASSERT_TRUE(file);
  const test::Ran listed = test::run({test::program("probe"), "fds"});
  EXPECT_EQ(std::count(listed.out.begin(), listed.out.end(), '\n'), 3) << listed.out;
}

TEST(RedirectionLinux, ATerminalThatIsOpenedDoesNotBecomeOurs) {
  const Handle hand(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(::grantpt(hand.get()) == 0 && ::unlockpt(hand.get()) == 0);
  const std::string terminal = ::ptsname(hand.get());
  EXPECT_EQ(
      code_in_child([&] {
        ::setsid();  // a leader without a terminal gets the first one that it opens for reading
        if (!open_file(terminal, Redirect::read)) return 1;
        return ::open("/dev/tty", O_RDWR | O_CLOEXEC) == -1 && errno == ENXIO ? 0 : 2;
      }),
      0);
}

}  // namespace
}  // namespace proclab::pipes
