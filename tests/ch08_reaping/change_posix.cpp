// tests/ch08 · changes on POSIX: every code, every signal, and the two that are no end.
#include <gtest/gtest.h>

#include <cerrno>
#include <functional>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch08_reaping/change_posix.h"
#include "tests/ch08_reaping/children.h"
#include "tests/support/deadline.h"

namespace proclab::reaping {
namespace {

using What = Change::What;
using test::Waiting;

struct Told {
  Change by_waitid, by_waitpid;
};

/// What both calls tell of a child that does `body`.
Told told(const std::function<void()>& body, int options) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    body();
    ::_exit(99);
  }
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | options | WNOWAIT) == -1 &&
         errno == EINTR) {
  }
  int status = 0;
  while (::waitpid(pid, &status, options) == -1 && errno == EINTR) {
  }
  const Told both{decode(info), decode(status)};
  if (!both.by_waitpid.ended()) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  return both;
}

TEST(Decode, EveryExitCode) {
  for (unsigned code = 0; code < 256; ++code) {
    const Told both = told([&] { ::_exit(static_cast<int>(code)); }, 0);
    const Change expected{What::exited, code, 0, false};
    EXPECT_EQ(both.by_waitid, expected);
    EXPECT_EQ(both.by_waitpid, expected);
  }
}

TEST(Decode, EverySignalThatKillsOrStops) {
  for (int signal = 1; signal < 32; ++signal) {
    const bool harmless =
        signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
    const bool stops =
        signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
    const Told both = told(
        [&] {
          ::setpgid(0, 0);  // not an orphaned group: there SIGTSTP and its kin would be dropped
          ::signal(signal, SIG_DFL);
          ::kill(::getpid(), signal);
        },
        stops ? WSTOPPED : 0);
    Change expected{stops ? What::stopped : What::signalled, 0, signal, false};
    if (harmless) expected = {What::exited, 99, 0, false};
    EXPECT_EQ(both.by_waitid, expected) << signal;
    EXPECT_EQ(both.by_waitpid, expected) << signal;
  }
}

TEST(WaitChange, TellsAStopAndAContinueOnceEach) {
  const Waiting waiting("a child that is stopped, continued and killed");
  Sleeper child = sleeper();
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(child.process.kill(SIGSTOP));
    EXPECT_EQ(*wait_change(child.process), (Change{What::stopped, 0, SIGSTOP, false}));
    ASSERT_TRUE(child.process.kill(SIGCONT));
    EXPECT_EQ(wait_change(child.process)->text(), "continued");
  }
  ASSERT_TRUE(child.process.kill(SIGSTOP));
  EXPECT_FALSE(wait_change(child.process)->ended());
  ASSERT_TRUE(child.process.kill(SIGKILL));  // also of a stopped one
  EXPECT_EQ(wait_change(child.process)->text(), "killed by SIGKILL");
}

TEST(WaitChange, AStopIsNoEndToWait) {
  const Waiting waiting("a child that was stopped");
  Sleeper child = sleeper();
  ASSERT_TRUE(child.process.kill(SIGSTOP));
  ASSERT_EQ(wait_change(child.process)->what, What::stopped);
  EXPECT_EQ(*child.process.try_wait(), std::nullopt) << "stopped is not ended";
  child.wake();
  ASSERT_TRUE(child.process.kill(SIGCONT));
  EXPECT_TRUE(child.process.wait()->success());
}

}  // namespace
}  // namespace proclab::reaping
