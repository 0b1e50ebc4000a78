// Tests of chapter 1 · endings on POSIX: what each kind of wait, and a shell, make of them.
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "chapters/ch01_process/ending.h"
#include "tests/ch01_process/child_posix.h"
#include "tests/support/run.h"

using namespace proclab;

TEST(ExitCode, EvenWaitidSees8Bits) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0x1234'56F7);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, child, &info, WEXITED), 0);
  EXPECT_EQ(info.si_code, CLD_EXITED);
  EXPECT_EQ(info.si_status, 0xF7);
}

TEST(ExitCode, A128PlusSignalIsAShellsHabit) {
  const int killed = test::status_of_child([] {
    process::kill_self();
    return 0;
  });
  EXPECT_TRUE(WIFSIGNALED(killed));
  EXPECT_FALSE(WIFEXITED(killed)) << "there is no exit code at all";
  const int exited = test::status_of_child([] { return process::shell_code(SIGKILL); });
  EXPECT_TRUE(WIFEXITED(exited));
  const auto shell = [](const std::string& ending) {
    return test::run({"/bin/sh", "-c", "(" + ending + "); echo $?"}).out;
  };
  EXPECT_EQ(shell("kill -KILL $(exec sh -c 'echo $PPID')"), "137\n");
  EXPECT_EQ(shell("exit 137"), "137\n") << "the shell cannot tell them apart, wait(2) can";
}

TEST(ExitCode, SayNowSurvivesAClosedStdout) {
  const int code = test::code_of_child([] {
    ::close(STDOUT_FILENO);
    process::say_now("nobody hears this");
    return 0;
  });
  EXPECT_EQ(code, 0);
}
