// tests/support · leaky: tests that leave things behind on purpose. Not part of the suite: the leak
// guard's own test runs this program and wants each test to fail, and to name its leak.
#include <csignal>
#include <fstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/deadline.h"

namespace {

/// A child that lives until its stdin, a pipe whose other end only this process has, comes to its end.
pid_t waiting_child() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) == -1) return -1;
  const pid_t pid = ::fork();
  if (pid == 0) {
    char byte;
    ::close(ends[1]);
    ::_exit(::read(ends[0], &byte, 1) == 0 ? 0 : 1);
  }
  ::close(ends[0]);
  ::fcntl(ends[1], F_DUPFD_CLOEXEC, 100);
  ::close(ends[1]);
  return pid;
}

TEST(Leaky, Nothing) {}

TEST(Leaky, Descriptor) { ASSERT_NE(::open("/dev/null", O_RDONLY | O_CLOEXEC), -1); }

TEST(Leaky, ClosesAStrangers) { ASSERT_EQ(::close(0), 0); }

TEST(Leaky, Zombie) {
  const pid_t pid = ::fork();
  ASSERT_NE(pid, -1);
  if (pid == 0) ::_exit(0);
  siginfo_t info;  // until it has exited, but WNOWAIT leaves the zombie
  ASSERT_EQ(::waitid(P_PID, pid, &info, WEXITED | WNOWAIT), 0);
}

TEST(Leaky, Child) { ASSERT_NE(waiting_child(), -1); }

TEST(Leaky, Hang) {  // together with a child that has our output, too
  const pid_t pid = ::fork();
  ASSERT_NE(pid, -1);
  if (pid == 0) {
    ::alarm(60);
    for (;;) ::pause();
  }
  const proclab::test::Waiting waiting("the end of time", proclab::Milliseconds(50));
  for (;;) ::pause();
}

TEST(Leaky, Mask) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, &set, nullptr), 0);
}

TEST(Leaky, File) { std::ofstream(testing::TempDir() + "forgotten") << "x"; }

TEST(Leaky, Disposition) { ASSERT_NE(::signal(SIGPIPE, SIG_IGN), SIG_ERR); }

}  // namespace
