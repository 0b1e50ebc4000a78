// tests/ch08 · a parent's death: the signal, its race and its lie, and the lifeline.
#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/parent.h"
#include "chapters/ch08_reaping/watch.h"
#include "tests/ch08_reaping/in_a_fork_linux.h"
#include "tests/support/deadline.h"

namespace proclab::reaping {
namespace {

/// A child that asks for SIGTERM at `parent`'s death, says so, and then waits.
pid_t fork_child_of(Pid parent, pipes::Pipe& ready) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (!die_with_parent(parent, SIGTERM)) ::_exit(1);
    (void)!::write(ready.write.get(), "!", 1);
    for (;;) ::pause();
  }
  return pid;
}

void wait_for_one(const pipes::Pipe& ready) {
  char byte = 0;
  (void)pipes::read_some(ready.read.get(), &byte, 1);
}

int status_of(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) == -1 && errno == EINTR) {
  }
  return status;
}

TEST(ParentDeath, ComesAlsoWhenTheParentIsKilled) {
  EXPECT_EQ(in_a_fork([]() -> std::string {
              (void)adopt_orphans();
              pipes::Pipe ready = *pipes::make_pipe(), answer = *pipes::make_pipe();
              const pid_t parent = ::fork();
              if (parent == 0) {
                const pid_t child = fork_child_of(::getpid(), ready);
                wait_for_one(ready);
                (void)!::write(answer.write.get(), &child, sizeof child);
                for (;;) ::pause();
              }
              pid_t child = 0;
              (void)pipes::read_some(answer.read.get(), reinterpret_cast<char*>(&child),
                                     sizeof child);
              ::kill(parent, SIGKILL);
              status_of(parent);
              const int status = status_of(child);  // adopted
              return WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM ? "" : "not told";
            }),
            "");
}

TEST(ParentDeath, AParentThatWasGoneBeforeIsNotMissed) {
  // The race: it dies between the child's start and the child's prctl(). The kernel would say
  // nothing.
  pipes::Pipe ready = *pipes::make_pipe();
  const test::Waiting waiting("a child whose parent is gone");
  const pid_t stranger = ::fork();
  if (stranger == 0) ::_exit(0);
  status_of(stranger);
  const int status = status_of(fork_child_of(stranger, ready));  // its "parent" is not its parent
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

TEST(ParentDeath, LiesWhenOnlyTheThreadHasEnded) {
  if (kTsan) GTEST_SKIP() << "ThreadSanitizer cannot fork from a second thread";
  pipes::Pipe ready = *pipes::make_pipe();
  const test::Waiting waiting("a child whose parent's thread has ended");
  pid_t child = 0;
  std::thread([&] {
    child = fork_child_of(::getpid(), ready);
    wait_for_one(ready);
  }).join();
  const int status = status_of(child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM)
      << "we live, and it was told otherwise";
}

TEST(ParentDeath, EndsOneThatWasBoundAndNeverLooks) {
  EXPECT_EQ(in_a_fork([]() -> std::string {
              const test::Waiting waiting("the end of a child whose parent was killed");
              pipes::Pipe alive = *pipes::make_pipe();
              const pid_t parent = ::fork();
              if (parent == 0) {
                spawn::Options sleeper{.file = "/bin/sleep", .args = {"1000"}};
                sleeper.slots = {spawn::Slot::from(1, alive.write.get())};
                if (!end_with_us(sleeper) || !spawn::start(sleeper)) ::_exit(1);
                ::kill(::getpid(), SIGKILL);
              }
              alive.write.close();
              if (!WIFSIGNALED(status_of(parent))) return "not started";
              char byte = 0;
              const auto end = pipes::read_some(alive.read.get(), &byte, 1);
              return end && *end == 0 ? "" : "no end";
            }),
            "");
}

TEST(Lifeline, EndsWithItsHolderAndNotWithAThread) {
  if (kTsan) GTEST_SKIP() << "ThreadSanitizer cannot fork from a second thread";
  const test::Waiting waiting("a child with a lifeline");
  Lifeline life = *make_lifeline();
  pid_t child = 0;
  std::thread([&] {
    child = ::fork();
    if (child == 0) {
      life.held.close();  // a fork copies it; a program that is started gets only its slots
      ::_exit(*wait_ended(life.end.get()) ? 7 : 1);
    }
  }).join();
  siginfo_t info{};
  for (int i = 0; i < 100; ++i) {  // it stays, as long as the line is held
    std::this_thread::yield();
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT), 0);
    ASSERT_EQ(info.si_pid, 0);
  }
  life.held.close();
  EXPECT_EQ(WEXITSTATUS(status_of(child)), 7);
}

}  // namespace
}  // namespace proclab::reaping
