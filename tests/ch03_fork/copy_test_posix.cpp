// tests/ch03 · copy on POSIX: every end of a copy is told, and no copy is left behind.
#include <cerrno>
#include <csignal>
#include <stdexcept>

#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/ch03_fork/told.h"

using namespace proclab;

TEST(Copy, ASignalIsAnEndOfItsOwn) {
  Result<fork::Copy> copy = fork::start_copy([] { return ::raise(SIGKILL); });
  ASSERT_TRUE(copy);
  const Result<fork::CopyEnd> end = copy->wait();
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, (fork::CopyEnd{-1, SIGKILL}));
}

TEST(Copy, CodesAreCutToEightBits) {
  Result<fork::Copy> copy = fork::start_copy([] { return 256 + 3; });
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->wait()->code, 3);
}

TEST(Copy, IsKilledAndReapedWhenNobodyWaits) {
  Pid pid = 0;
  {
    const Result<fork::Copy> copy = fork::start_copy([] { return ::pause(); });
    ASSERT_TRUE(copy);
    pid = copy->pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::waitpid(pid, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Copy, IsWaitedForOnce) {
  Result<fork::Copy> copy = fork::start_copy([] { return 0; });
  ASSERT_TRUE(copy);
  EXPECT_TRUE(copy->wait());
  EXPECT_EQ(copy->pid(), 0);
  EXPECT_EQ(copy->wait().error().code, std::errc::no_child_process);
}

TEST(Copy, AnExceptionEndsTheCopyAndRunsNoneOfTheCallersDestructors) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Handle reader(ends[0]);
  Handle writer(ends[1]);
  struct Tell {  // stands in the caller's frame, of which the copy has a copy
    int fd;
    ~Tell() { (void)!::write(fd, "d", 1); }
  };
  {
    const Tell tell{writer.get()};
    Result<fork::Copy> copy = fork::start_copy([]() -> int {
      ::close(2);  // terminate() would print to the test's own stderr
      throw std::runtime_error("in the copy");
    });
    ASSERT_TRUE(copy);
    EXPECT_EQ(copy->wait()->signal, SIGABRT);
  }
  writer.close();
  EXPECT_EQ(test::read_some(reader.get(), 10), "d");
}

TEST(Copy, AnswersMoreThanAPipeHolds) {
  const std::string much(1 << 20, 'x');
  const Result<fork::Answer> answer = fork::ask_copy([&](int out) {
    for (std::size_t sent = 0; sent < much.size();) {
      const ssize_t size = ::write(out, much.data() + sent, much.size() - sent);
      if (size > 0) sent += static_cast<std::size_t>(size);
    }
    return 5;
  });
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->bytes, much);
  EXPECT_EQ(answer->end.code, 5);
}

TEST(Copy, TheAnswerOfAKilledCopyIsWhatItWroteUntilThen) {
  const Result<fork::Answer> answer =
      fork::ask_copy([](int out) { return ::dprintf(out, "half"), ::raise(SIGKILL); });
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->bytes, "half");
  EXPECT_EQ(answer->end.signal, SIGKILL);
}

TEST(Copy, SaysWhenNoDescriptorIsLeftForItsPipe) {
  // In a copy, whose limit is its own; the leak guard sees that nothing stays open here.
  EXPECT_EQ(
      test::told([](int out) {
        const struct rlimit none = {static_cast<rlim_t>(out) + 1, static_cast<rlim_t>(out) + 1};
        ::setrlimit(RLIMIT_NOFILE, &none);
        while (::dup(out) != -1) continue;
        const Result<fork::Answer> answer = fork::ask_copy([](int) { return 0; });
        const bool said = !answer && answer.error().code == std::errc::too_many_files_open;
        ::dprintf(out, said ? "EMFILE" : "no error");
      }),
      "EMFILE");
}
