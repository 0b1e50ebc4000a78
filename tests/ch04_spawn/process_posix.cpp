// tests/ch04 · Process on POSIX: signals as ends, and children that somebody else has buried.
#include <gtest/gtest.h>

#include <cerrno>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/ch04_spawn/capture.h"
#include "tests/ch04_spawn/strategies.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::spawn {
namespace {

using test::program;
using test::Waiting;

class ProcessPosix : public EachStrategy {};
INSTANTIATE_TEST_SUITE_P(By, ProcessPosix, testing::ValuesIn(strategies()), name_of_strategy);

TEST_P(ProcessPosix, SaysWhichSignalKilledIt) {
  for (const int signal : {SIGKILL, SIGTERM, SIGSEGV, SIGPIPE, SIGUSR1}) {
    const ExitStatus status =
        run_to_end(options(program("probe"), {"die", std::to_string(signal)}));
    EXPECT_EQ(status, (ExitStatus{0, signal, false}));
  }
}

TEST_P(ProcessPosix, SaysWhetherACoreWasWritten) {
  // What /proc/sys/kernel/core_pattern names may be a file or a program; so the kernel itself is asked
  // by a plain fork, and the library must say the same.
  const Folder folder;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_CORE, &before), 0);
  const rlimit raised{before.rlim_max, before.rlim_max};
  ::setrlimit(RLIMIT_CORE, &raised);
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (::chdir(folder.path().c_str()) == 0) ::signal(SIGQUIT, SIG_DFL), ::raise(SIGQUIT);
    ::_exit(1);
  }
  int plain = 0;
  while (::waitpid(pid, &plain, 0) == -1 && errno == EINTR) {
  }
  Options all = options("/bin/sh", {"-c", "kill -QUIT $$"});
  all.cwd = folder.path();
  const ExitStatus status = run_to_end(all);
  ::setrlimit(RLIMIT_CORE, &before);
  EXPECT_EQ(status.signal, SIGQUIT);
  EXPECT_EQ(status.core, WCOREDUMP(plain) != 0);
}

TEST_P(ProcessPosix, SomebodyElseBuriedIt) {
  Result<Process> child = start(options(program("probe"), {"exit", "7"}));
  ASSERT_TRUE(child);
  int status = 0;
  while (::waitpid(child->pid(), &status, 0) == -1 && errno == EINTR) {
  }
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_EQ(child->wait().error().code, std::errc::no_child_process);
  EXPECT_EQ(child->try_wait().error().code, std::errc::no_child_process);
  EXPECT_EQ(child->kill().error().code, std::errc::no_such_process) << "the duty is gone";
}

TEST_P(ProcessPosix, AParentThatIgnoresItsChildrensEndsLosesTheStatus) {
  const Waiting waiting("a child that the kernel buries");
  struct sigaction ignore {
  }, before{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGCHLD, &ignore, &before);
  for (int i = 0; i < 50; ++i) {  // wait_until() may find it alive, dying or gone
    Result<Process> child = start(options(program("probe"), {"exit", "0"}));
    ASSERT_TRUE(child);
    const auto ended = child->wait_until(Deadline::never());
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, std::errc::no_child_process) << ended.error().message();
  }
  Result<Process> child = start(options(program("probe"), {"exit", "0"}));
  ASSERT_TRUE(child);
  EXPECT_EQ(child->wait().error().code, std::errc::no_child_process);
  // A failed start must not hang over it either.
  EXPECT_EQ(start(options("/no/such")).error().code, std::errc::no_such_file_or_directory);
  ::sigaction(SIGCHLD, &before, nullptr);
}

TEST_P(ProcessPosix, WaitUntilNeedsADescriptorAndSaysSo) {
  const Waiting waiting("a child that is killed");
  PipeEnds in = make_pipe();
  Options all = options(program("probe"), {"stdin-eof"});
  all.slots = {Slot::from(0, in.read.get())};
  Result<Process> child = start(all);
  ASSERT_TRUE(child);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{3, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  const auto ended = child->wait_until(Deadline::after(Milliseconds(1)));
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, std::errc::too_many_files_open);
  EXPECT_TRUE(child->kill());  // still ours
  EXPECT_EQ(child->wait()->signal, SIGTERM);
}

}  // namespace
}  // namespace proclab::spawn
