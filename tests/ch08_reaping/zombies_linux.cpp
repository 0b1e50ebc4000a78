// tests/ch08 · zombies and orphans: what the kernel keeps, how often it signals, and who adopts.
#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/member_linux.h"
#include "chapters/ch08_reaping/watch.h"
#include "tests/ch08_reaping/children.h"
#include "tests/ch08_reaping/in_a_fork_linux.h"
#include "tests/support/deadline.h"

namespace proclab::reaping {
namespace {

using test::Waiting;

TEST(Zombie, IsMadeSeenSignalledAndReaped) {
  const Waiting waiting("a child that exits");
  spawn::Process child = exits_with(5);
  const Result<Handle> watched = watch(child);
  ASSERT_TRUE(*wait_ended(watched->get()));
  EXPECT_EQ(member_of(child.pid())->state, 'Z');
  EXPECT_TRUE(child.kill(SIGKILL)) << "a signal to a zombie is no error";
  EXPECT_EQ(member_of(child.pid())->state, 'Z') << "and no effect";
  EXPECT_EQ(child.wait()->code, 5U);
  EXPECT_FALSE(member_of(child.pid())) << "reaped: the number is free";
}

int zombies_of(Pid parent) {
  int count = 0;
  const Result<std::vector<Member>> all = processes();
  for (const Member& one : *all) count += one.parent == parent && one.state == 'Z' ? 1 : 0;
  return count;
}

TEST(Sigchld, EightExitsAreOneSignal) {
  EXPECT_EQ(in_a_fork([]() -> std::string {
              sigset_t chld;
              sigemptyset(&chld);
              sigaddset(&chld, SIGCHLD);
              ::sigprocmask(SIG_BLOCK, &chld, nullptr);
              for (int i = 0; i < 8; ++i) {
                const pid_t pid = ::fork();
                if (pid == 0) ::_exit(0);
                siginfo_t info{};
                ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
              }
              int signals = 0, signal = 0;
              sigset_t pending;
              while (::sigpending(&pending) == 0 && sigismember(&pending, SIGCHLD) == 1) {
                ::sigwait(&chld, &signal);
                ++signals;
                ::waitpid(-1, nullptr, WNOHANG);  // UNSAFE: one for each signal
              }
              const int left = zombies_of(::getpid());
              while (::waitpid(-1, nullptr, WNOHANG) > 0) {  // fixed: until there is none
              }
              return std::to_string(signals) + " signal, " + std::to_string(left) +
                     " zombies, then " + std::to_string(zombies_of(::getpid()));
            }),
            "1 signal, 7 zombies, then 0");
}

/// A grandchild whose parent ends; its parent after that, as it sees it.
Pid adopter_of_an_orphan() {
  pipes::Pipe go = *pipes::make_pipe(), answer = *pipes::make_pipe();
  const pid_t child = ::fork();
  if (child == 0) {
    if (::fork() != 0) ::_exit(0);
    go.write.close();
    char byte = 0;
    (void)pipes::read_some(go.read.get(), &byte, 1);
    const pid_t now = ::getppid();
    (void)!::write(answer.write.get(), &now, sizeof now);
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);  // its children are given away before its parent is told
  go.write.close();
  Pid now = 0;
  (void)pipes::read_some(answer.read.get(), reinterpret_cast<char*>(&now), sizeof now);
  return now;
}

TEST(Orphan, GoesToTheNearestAdopter) {
  EXPECT_EQ(in_a_fork([]() -> std::string {
              const Pid before = adopter_of_an_orphan();
              if (before == ::getpid()) return "adopted without being asked";
              if (!adopt_orphans()) return "prctl failed";
              if (adopter_of_an_orphan() != ::getpid()) return "did not adopt";
              const Result<std::size_t> killed = kill_descendants();
              const pid_t below =
                  ::fork();  // the setting is not inherited, but an adopter above is
              if (below == 0) ::_exit(adopter_of_an_orphan() == ::getppid() ? 0 : 1);
              int status = 0;
              while (::waitpid(below, &status, 0) == -1) {
              }
              if (status != 0) return "the nearest was not the one above";
              (void)kill_descendants();
              if (!adopt_orphans(false) || adopter_of_an_orphan() == ::getpid())
                return "no end of it";
              return killed ? "" : killed.error().message();
            }),
            "");
}

TEST(Orphan, InANamespacePid1Adopts) {
  const std::string why = no_namespaces();
  if (!why.empty()) GTEST_SKIP() << why;
  EXPECT_EQ(in_a_pid_namespace([]() -> std::string {
              const Pid adopter = adopter_of_an_orphan();
              ::waitpid(-1, nullptr, 0);
              return adopter == 1 && ::getpid() == 1 ? "" : "adopted by " + std::to_string(adopter);
            }),
            "");
}

TEST(Adopted, IsSeenByItsSession) {
  EXPECT_EQ(in_a_fork([]() -> std::string {
              (void)adopt_orphans();
              pipes::Pipe ready = *pipes::make_pipe();
              if (::fork() == 0) {
                ::setsid();
                if (::fork() == 0) {
                  const pid_t pid = ::getpid();
                  while (::getppid() == ::getsid(0)) std::this_thread::yield();
                  (void)!::write(ready.write.get(), &pid, sizeof pid);
                  for (;;) ::pause();
                }
                ::_exit(0);
              }
              Pid fugitive = 0;
              (void)pipes::read_some(ready.read.get(), reinterpret_cast<char*>(&fugitive), 4);
              const Result<std::vector<Member>> all = processes();
              const bool seen = adopted(*all, *member_of(fugitive));
              const bool me = adopted(*all, *member_of(::getpid()));
              (void)kill_descendants();
              return std::string(seen ? "" : "the fugitive was not seen ") + (me ? "I was" : "");
            }),
            "");
}

}  // namespace
}  // namespace proclab::reaping
