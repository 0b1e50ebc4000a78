// tests/ch08 · a whole tree ended, also those who fled; and nobody else.
#include <gtest/gtest.h>

#include <cerrno>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/descendants_posix.h"
#include "chapters/ch08_reaping/member_linux.h"
#include "tests/ch08_reaping/in_a_fork_linux.h"
#include "tests/support/storm_posix.h"

namespace proclab::reaping {
namespace {

[[noreturn]] void stay(const pipes::Pipe& ready) {
  (void)!::write(ready.write.get(), "!", 1);
  for (;;) ::pause();
}

/// A group: one who stays, one who ignores what can be ignored, and one who fled by setsid and a
/// double fork.
pid_t start_family(const pipes::Pipe& ready) {
  const pid_t root = ::fork();
  if (root == 0) {
    ::setpgid(0, 0);
    if (::fork() == 0) {
      for (int signal = 1; signal < 32; ++signal) ::signal(signal, SIG_IGN);
      stay(ready);
    }
    const pid_t middle = ::fork();
    if (middle == 0) {
      ::setsid();
      if (::fork() == 0) stay(ready);
      ::_exit(0);
    }
    while (::waitpid(middle, nullptr, 0) == -1 && errno == EINTR) {
    }
    stay(ready);
  }
  char byte = 0;
  for (int left = 3; left > 0; --left) (void)pipes::read_some(ready.read.get(), &byte, 1);
  return root;
}

TEST(KillDescendants, ReachesAlsoTheOneThatFled) {
  EXPECT_EQ(in_a_fork([]() -> std::string {
              (void)adopt_orphans();
              pipes::Pipe ready = *pipes::make_pipe();
              for (int i = 0; i < 3; ++i) start_family(ready);
              ready.write.close();
              const Result<std::size_t> killed = kill_descendants();
              // All who had the pipe are gone, and nobody is left to wait for.
              const Result<std::string> rest = pipes::read_all(ready.read.get());
              if (::waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD)
                return "somebody is left";
              return killed && rest ? "killed " + std::to_string(*killed) : "an error";
            }),
            "killed 9");
}

TEST(KillDescendants, AGroupsSignalDoesNot) {
  EXPECT_EQ(in_a_fork([]() -> std::string {
              (void)adopt_orphans();
              pipes::Pipe ready = *pipes::make_pipe();
              const pid_t root = start_family(ready);
              ::kill(-root, SIGKILL);
              for (int i = 0; i < 2; ++i) ::waitpid(-root, nullptr, 0);  // the two in the group
              const Result<std::size_t> killed = kill_descendants();
              return "one more: " + std::to_string(*killed);
            }),
            "one more: 1");
}

TEST(KillDescendants, LeavesTheStatusOfOurOwnChildren) {
  EXPECT_EQ(in_a_fork([]() -> std::string {
              (void)adopt_orphans();
              pipes::Pipe ready = *pipes::make_pipe();
              const pid_t root = start_family(ready);
              const Pid own[] = {root};
              const Result<std::size_t> killed = kill_descendants(own);
              if (!killed || *killed != 3) return "not three";
              int status = 0;
              if (::waitpid(root, &status, WNOHANG) != root) return "its status was taken";
              return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? "" : "not killed";
            }),
            "");
}

TEST(KillDescendants, StoppedOnesAndTheirChildrenToo) {
  EXPECT_EQ(in_a_fork([]() -> std::string {
              (void)adopt_orphans();
              pipes::Pipe ready = *pipes::make_pipe();
              const pid_t root = start_family(ready);
              ::kill(-root, SIGSTOP);
              const Result<std::size_t> killed = kill_descendants();
              return killed ? "killed " + std::to_string(*killed) : killed.error().message();
            }),
            "killed 3");
}

TEST(KillDescendants, AStormEndsNoWaitOfIt) {
  EXPECT_EQ(in_a_fork([]() -> std::string {
              (void)adopt_orphans();
              const test::Storm storm;
              while (test::Storm::count() < 100) {
                pipes::Pipe ready = *pipes::make_pipe();
                start_family(ready);
                const Result<std::size_t> killed = kill_descendants();
                if (!killed || *killed != 3) return "not three";
                if (::waitpid(-1, nullptr, WNOHANG) != -1) return "somebody is left";
              }
              return "";
            }),
            "");
}

TEST(SignalMember, AStrangerWithTheSameNumberIsNotHit) {
  Member self = *member_of(::getpid());
  EXPECT_TRUE(signal_member(self, 0));
  self.started -= 1;  // somebody who had our number before us
  EXPECT_FALSE(signal_member(self, SIGKILL));
  EXPECT_FALSE(signal_member({.pid = 1 << 30}, 0)) << "nobody at all";
}

TEST(Processes, AnotherNamespacesProcIsRefused) {
  const std::string why = no_namespaces();
  if (!why.empty()) GTEST_SKIP() << why;
  EXPECT_EQ(in_a_pid_namespace([]() -> std::string {
              const Result<std::vector<Member>> all = processes();  // /proc is still the old one
              const Result<std::size_t> killed = kill_descendants();
              if (all || killed) return "it believed the numbers of another namespace";
              return all.error().code == std::errc::not_supported ? "" : all.error().message();
            }),
            "");
}

}  // namespace
}  // namespace proclab::reaping
