// tests/ch09 · each step of the double fork, left out; and the one-call way beside it.
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "chapters/ch09_daemon/daemonize.h"
#include "chapters/ch09_daemon/descriptors_posix.h"
#include "chapters/ch09_daemon/launch.h"
#include "tests/ch09_daemon/in_a_fork_posix.h"
#include "tests/ch09_daemon/scene.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::daemon {
namespace {

using test::Waiting;

/// What ch09_steps, whose experiments they are, saw: the line of `step`.
std::string seen(const std::string& step) {
  const test::Ran ran = test::run({test::program("ch09_steps")});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const std::size_t begin = ran.out.find("\n" + step);
  if (begin == std::string::npos) return ran.out;
  return ran.out.substr(begin + 1, ran.out.find('\n', begin + 1) - begin - 1);
}

class StepLeftOut : public ::testing::TestWithParam<std::array<const char*, 3>> {};
INSTANTIATE_TEST_SUITE_P(
    Each, StepLeftOut,
    ::testing::Values(std::array{"setsid", "closes: SIGHUP kills it", "closes: it lives on"},
                      std::array{"second fork", "is its own", "just a file"},
                      std::array{"chdir", "the starter's, held", "directory: /"},
                      std::array{"umask", "mode: 666", "mode: 640"},
                      std::array{"signals", "is blocked, no effect", "SIGTERM: ends it"},
                      std::array{"stdio", "does not end", "ends with the starter"},
                      std::array{"descriptors", "does not end", "ends with the starter"}));

TEST_P(StepLeftOut, BreaksAndDoneWorks) {
  const auto& [step, left_out, done] = GetParam();
  const std::string line = seen(step);
  const std::size_t broken = line.find(left_out), works = line.rfind(done);
  EXPECT_NE(broken, std::string::npos) << line;
  EXPECT_NE(works, std::string::npos) << line;
  EXPECT_LT(broken, works) << line;
}

/// What /proc says of a process: one field of its stat, counted from 1.
std::string stat_field(Pid pid, int field) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string word;
  for (int i = 0; i < field; ++i) file >> word;
  return word;
}

TEST(Steps, WithoutTheFirstForkALeaderCannotLeave) {
  EXPECT_EQ(in_a_fork([] {
              if (::setpgid(0, 0) == -1) return 9;  // what a shell does with each job
              return ::setsid() == -1 && errno == EPERM ? 0 : 1;
            }),
            0);
}

TEST(Steps, AllTogetherMakeADaemon) {
  const NoDaemonLeft guard;
  int gate[2];
  ASSERT_EQ(::pipe2(gate, O_CLOEXEC), 0);
  Steps steps;
  steps.keep = {gate[0]};
  const Result<Pid> daemon = daemonize(
      steps,
      [&](Notifier& notifier) {
        ::close(gate[1]);
        (void)notifier.ready();
        char byte;
        return ::read(gate[0], &byte, 1) == 0 ? 0 : 1;
      },
      soon());
  ASSERT_TRUE(daemon) << daemon.error().message();
  EXPECT_EQ(stat_field(*daemon, 4), std::to_string(::getpid())) << "adopted by the subreaper";
  EXPECT_NE(stat_field(*daemon, 6), std::to_string(*daemon)) << "it does not lead its session";
  EXPECT_NE(stat_field(*daemon, 6), std::to_string(::getsid(0))) << "which is not ours";
  EXPECT_EQ(stat_field(*daemon, 7), "0") << "no controlling terminal";
  ::close(gate[1]);
  ::close(gate[0]);
  int status = 0;
  while (::waitpid(*daemon, &status, 0) == -1 && errno == EINTR) {
  }
  EXPECT_EQ(status, 0);
}

TEST(Steps, ReasonsReachTheStarterAndNothingIsLeft) {
  const NoDaemonLeft guard;
  Steps nowhere;
  nowhere.directory = "/no/such/folder";
  const Result<Pid> first = daemonize(
      nowhere, [](Notifier&) { return 0; }, soon());
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, std::errc::no_such_file_or_directory);
  EXPECT_NE(first.error().detail.find("chdir"), std::string::npos) << first.error().detail;

  const auto fails = [](Notifier& notifier) {
    (void)notifier.failed(make_error("bind", std::errc::address_in_use));
    return 1;
  };
  EXPECT_EQ(daemonize({}, fails, soon()).error().code, std::errc::address_in_use);
  EXPECT_EQ(daemonize(
                {}, [](Notifier&) { return 0; }, soon())
                .error()
                .code,
            std::errc::no_such_process);
  const auto dies = [](Notifier&) { return ::raise(SIGKILL); };
  EXPECT_EQ(daemonize({}, dies, soon()).error().code, std::errc::no_such_process);
  const auto sleeps = [](Notifier&) { return ::pause(); };
  EXPECT_EQ(daemonize({}, sleeps, Deadline::after(Milliseconds(50))).error().code,
            std::errc::timed_out);
}

TEST(Steps, LeaveTheStarterItsBuffersAndNoZombie) {
  const NoDaemonLeft guard;
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  EXPECT_EQ(in_a_fork([&] {
              std::FILE* const out = ::fdopen(ends[1], "w");
              std::fputs("once", out);  // in a buffer, of which the daemon has a copy
              Steps steps;
              steps.keep = {ends[1]};
              const auto serve = [](Notifier& notifier) { return notifier.ready() ? 0 : 1; };
              if (!daemonize(steps, serve, soon())) return 1;
              const bool nobody = ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
              std::fclose(out);
              return nobody ? 0 : 2;
            }),
            0);
  ::close(ends[1]);
  std::string text;
  for (char byte; ::read(ends[0], &byte, 1) == 1;) text += byte;  // to the daemon's end as well
  ::close(ends[0]);
  EXPECT_EQ(text, "once");
}

TEST(Steps, WhatTheStarterIgnoresTheDaemonDoesNot) {
  const NoDaemonLeft guard;
  EXPECT_EQ(in_a_fork([] {
              ::signal(SIGHUP, SIG_IGN);  // as nohup does
              const auto serve = [](Notifier& notifier) {
                struct sigaction now {};
                ::sigaction(SIGHUP, nullptr, &now);
                return now.sa_handler == SIG_DFL && notifier.ready() ? 0 : 1;
              };
              return daemonize({}, serve, soon()) ? 0 : 1;
            }),
            0);
}

TEST(Steps, WithoutChdirAMountCannotBeUnmounted) {
  const NoDaemonLeft guard;
  const Folder folder;
  const auto try_it = [&](bool left_out) {
    // 0: unmounted; 1: busy; 9: not permitted here
    if (::unshare(CLONE_NEWNS) == -1) return 9;
    ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (::mount("none", folder.path().c_str(), "tmpfs", 0, nullptr) == -1) return 9;
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (::chdir(folder.path().c_str()) == -1) return 8;
    Steps steps;
    if (left_out) steps.directory.reset();
    const auto serve = [](Notifier& notifier) {
      (void)notifier.ready();
      return ::pause();
    };
    const Result<Pid> daemon = daemonize(steps, serve, soon());
    if (!daemon || ::chdir("/") == -1) return 7;
    const bool busy = ::umount(folder.path().c_str()) == -1 && errno == EBUSY;
    ::kill(*daemon, SIGKILL);
    while (::waitpid(*daemon, nullptr, 0) == -1 && errno == EINTR) {
    }
    return busy ? 1 : 0;
  };
  const int left_out = in_a_fork([&] { return try_it(true); });
  if (left_out == 9) GTEST_SKIP() << "needs the right to mount";
  EXPECT_EQ(left_out, 1);
  EXPECT_EQ(in_a_fork([&] { return try_it(false); }), 0);
}

TEST(CloseFrom, ClosesAllButWhatIsKept) {
  EXPECT_EQ(in_a_fork([] {
              for (const int fd : {5, 9, 10, 200, 700}) {
                if (::dup2(2, fd) == -1) return 9;
              }
              if (!close_from(3, {700, 9, -1})) return 1;
              for (int fd = 3; fd < 1000; ++fd) {
                if ((::fcntl(fd, F_GETFD) != -1) != (fd == 9 || fd == 700)) return 2;
              }
              return 0;
            }),
            0);
}

TEST(CloseFrom, ByListWhereThereIsNoSuchCall) {
  EXPECT_EQ(in_a_fork([] {
              for (int fd = 10; fd < 1000; ++fd) {
                if (::dup2(2, fd) == -1) return 9;
              }
              if (!close_listed(10, 900)) return 1;
              for (int fd = 10; fd < 1000; ++fd) {
                if ((::fcntl(fd, F_GETFD) != -1) != (fd > 900)) return 2;
              }
              return 0;
            }),
            0);
}

TEST(CloseFrom, AskedUpToTheHighestNumberItTakesTwoCallsAndNoLoop) {
  if (::access("/usr/bin/strace", X_OK) != 0) GTEST_SKIP() << "needs strace";
  const test::Ran ran = test::run({"/usr/bin/strace", "-f", "-qq", "-e", "trace=close,close_range",
                                   test::program("ch09_actor"), "close-all"});
  if (ran.err.find("ptrace") != std::string::npos) GTEST_SKIP() << "strace may not trace here";
  EXPECT_EQ(ran.code, 0) << ran.err;
  const std::size_t asked = ran.err.find("close_range(3,");
  ASSERT_NE(asked, std::string::npos) << ran.err;
  EXPECT_LE(count_of(ran.err.substr(asked), "close("), 10) << ran.err;
}

TEST(OneCall, SetsidIsInItAndTheRestIsOptions) {
  const NoDaemonLeft guard;
  const Waiting waiting("a launched actor");
  Result<spawn::Process> daemon = launch(actor({"ready"}), soon());
  ASSERT_TRUE(daemon) << daemon.error().message();
  const Pid pid = daemon->pid();
  EXPECT_EQ(stat_field(pid, 6), std::to_string(pid)) << "it leads a session of its own";
  EXPECT_EQ(stat_field(pid, 7), "0") << "no terminal";
  char there[64];
  const ssize_t size =
      ::readlink(("/proc/" + std::to_string(pid) + "/cwd").c_str(), there, sizeof there);
  EXPECT_EQ(std::string(there, size), "/");
  for (const char* fd : {"0", "1", "2"}) {
    const ssize_t length =
        ::readlink(("/proc/" + std::to_string(pid) + "/fd/" + fd).c_str(), there, sizeof there);
    EXPECT_EQ(std::string(there, length), "/dev/null");
  }
  EXPECT_TRUE(daemon->kill(spawn::kTerminate));
  EXPECT_TRUE(daemon->wait()->success());
}

}  // namespace
}  // namespace proclab::daemon
