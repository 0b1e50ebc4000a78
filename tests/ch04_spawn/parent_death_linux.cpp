// tests/ch04 · a child that shall not outlive who started it, though it never looks.
#include <gtest/gtest.h>

#include <cerrno>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch04_spawn/child_side_posix.h"
#include "tests/ch04_spawn/capture.h"
#include "tests/ch04_spawn/in_a_fork_posix.h"
#include "tests/ch04_spawn/strategies.h"
#include "tests/support/deadline.h"

namespace proclab::spawn {
namespace {

class ParentDeath : public EachStrategy {
 protected:
  /// A parent starts it, with a pipe's write end at slot 1, and is killed. Returns when nobody has that any more.
  static std::string after_the_parents_end(Options all) {
    return in_a_fork([&]() -> std::string {
      const test::Waiting waiting("the end of a child whose parent was killed");
      PipeEnds pipe = make_pipe();
      all.slots = {Slot::null(0), Slot::from(1, pipe.write.get()), Slot::null(2)};
      const pid_t parent = ::fork();
      if (parent == 0) {
        const Result<Process> child = start(all);
        if (!child) (void)!::write(pipe.write.get(), "not started", 11);
        ::kill(::getpid(), SIGKILL);
      }
      pipe.write.close();
      std::string said = drain(pipe.read);
      while (::waitpid(parent, nullptr, 0) == -1 && errno == EINTR) {
      }
      return said;
    });
  }
};
INSTANTIATE_TEST_SUITE_P(By, ParentDeath, testing::ValuesIn(strategies()), name_of_strategy);

TEST_P(ParentDeath, EndsOneThatNeverLooks) {
  Options all = options("/bin/sleep", {"1000"});
  all.die_with_parent = true;
  const bool can = GetParam() != Strategy::posix_spawn;
  EXPECT_EQ(after_the_parents_end(all), can ? "" : "not started");
}

TEST_P(ParentDeath, EndsOneThatHasBecomeAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  if (GetParam() != Strategy::automatic && GetParam() != Strategy::fork) {
    GTEST_SKIP() << "this strategy changes no identity";
  }
  Options all = options("/bin/sleep", {"1000"});
  all.die_with_parent = true;
  all.uid = 4321;
  all.gid = 1234;
  EXPECT_EQ(after_the_parents_end(all), "") << "setuid() makes the kernel forget what was asked";
}

TEST(ParentDeath, AParentThatWasGoneBeforeIsNotMissed) {
  // The race: it is killed between the child's birth and the child's prctl().
  EXPECT_EQ(in_a_fork([]() -> std::string {
              const pid_t stranger = ::getppid();  // lives, and is not the parent of what follows
              const pid_t child = ::fork();
              if (child == 0) ::_exit(die_with(stranger) == -1 ? 1 : 0);
              int status = 0;
              while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
              }
              return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? "" : "it lives on";
            }),
            "");
}

}  // namespace
}  // namespace proclab::spawn
