// tests/ch09 · no daemon is left, on Linux. Read scene.h first.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/ch09_daemon/scene.h"

namespace proclab::daemon {
namespace {

/// Reaps whoever has ended, and kills whoever has not: at first those that are our children now,
/// then those that become it by that. The number of those that had to be killed.
int kill_all_children() {
  int killed = 0;
  for (;;) {
    pid_t ended;
    while ((ended = ::waitpid(-1, nullptr, WNOHANG)) > 0) {
    }
    if (ended == -1) return killed;  // ECHILD
    const std::string list = "/proc/self/task/" + std::to_string(::gettid()) + "/children";
    std::ifstream children(list);
    for (pid_t child; children >> child;) {
      // Whoever has been killed, or is on its way out, may come to its end.
      pollfd exit{static_cast<int>(::syscall(SYS_pidfd_open, child, 0)), POLLIN, 0};
      const bool by_itself = ::poll(&exit, 1, 1000) == 1;
      ::close(exit.fd);
      if (by_itself) continue;
      std::fprintf(stderr, "left behind: process %d\n", child);
      ::kill(child, SIGKILL);
      ++killed;
    }
    while (::waitpid(-1, nullptr, 0) == -1 && errno == EINTR) {
    }
  }
}

/// Runs before main(): the tests go on in a child, and this process keeps it. Whatever becomes of
/// the tests, a daemon that they leave comes to the keeper, and ends there.
const bool g_kept = [] {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t tests = ::fork();
  if (tests == -1) std::perror("fork"), std::exit(125);
  if (tests == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    return true;
  }
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_IGN);  // it will tell
  int status = 0;
  while (::waitpid(tests, &status, 0) == -1 && errno == EINTR) {
  }
  const int left = kill_all_children();
  if (WIFSIGNALED(status)) {
    std::fprintf(stderr, "the tests died of signal %d\n", WTERMSIG(status));
    ::_exit(128 + WTERMSIG(status));
  }
  ::_exit(left > 0 ? 1 : WEXITSTATUS(status));
}();

}  // namespace

NoDaemonLeft::NoDaemonLeft() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

NoDaemonLeft::~NoDaemonLeft() {
  EXPECT_EQ(kill_all_children(), 0) << "processes that outlived their test";
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

}  // namespace proclab::daemon
