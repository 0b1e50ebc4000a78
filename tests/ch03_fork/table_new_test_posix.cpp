// tests/ch03 · the table's third part: what the child does not get. It starts empty, or new.
#include <cerrno>
#include <csignal>
#include <cstdint>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

#include "tests/ch03_fork/told.h"

using namespace proclab;
using test::told;

namespace {

int lock_whole(int fd, int command, struct flock& lock) {
  lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(fd, command, &lock);
}

std::int64_t cpu_ns() {
  struct timespec now {};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * INT64_C(1'000'000'000) + now.tv_nsec;
}

}  // namespace

TEST(ForkTable, ThePidIsNewAndTheParentIsWhoForked) {
  int child = 0;
  int parent = 0;
  const std::string ids = told([](int out) { ::dprintf(out, "%d %d", ::getpid(), ::getppid()); });
  ASSERT_EQ(std::sscanf(ids.c_str(), "%d %d", &child, &parent), 2);
  EXPECT_NE(child, ::getpid());
  EXPECT_EQ(parent, ::getpid());
}

TEST(ForkTable, PendingSignalsAreCleared) {
  sigset_t usr1;
  sigset_t before;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  ::sigprocmask(SIG_BLOCK, &usr1, &before);
  ::raise(SIGUSR1);
  const auto pending = [] {
    sigset_t now;
    ::sigpending(&now);
    return sigismember(&now, SIGUSR1);
  };
  EXPECT_EQ(told([&](int out) { ::dprintf(out, "%d", pending()); }), "0");
  EXPECT_EQ(pending(), 1);
  int taken = 0;
  ::sigwait(&usr1, &taken);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

TEST(ForkTable, TheAlarmIsCleared) {
  ::alarm(1000);
  // Not told(): that sets an alarm of its own.
  const Result<fork::Answer> answer =
      fork::ask_copy([](int out) { return ::dprintf(out, "%u", ::alarm(0)) < 0 ? 1 : 0; });
  EXPECT_GT(::alarm(0), 0u);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->bytes, "0");
}

TEST(ForkTable, IntervalTimersAreCleared) {
  const struct itimerval off {};
  struct itimerval far {};
  far.it_value.tv_sec = 1000;
  ::setitimer(ITIMER_VIRTUAL, &far, nullptr);
  ::setitimer(ITIMER_REAL, &far, nullptr);
  const Result<fork::Answer> answer = fork::ask_copy([](int out) {
    struct itimerval cpu {};
    struct itimerval real {};
    ::getitimer(ITIMER_VIRTUAL, &cpu);
    ::getitimer(ITIMER_REAL, &real);
    ::dprintf(out, "%ld %ld", static_cast<long>(cpu.it_value.tv_sec),
              static_cast<long>(real.it_value.tv_sec));
    return 0;
  });
  struct itimerval here {};
  ::getitimer(ITIMER_REAL, &here);
  ::setitimer(ITIMER_VIRTUAL, &off, nullptr);
  ::setitimer(ITIMER_REAL, &off, nullptr);
  EXPECT_GT(here.it_value.tv_sec, 0);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->bytes, "0 0");
}

TEST(ForkTable, FcntlLocksStayWithTheParent) {
  const Handle file = test::scratch_file("");
  struct flock lock {};
  ASSERT_EQ(lock_whole(file.get(), F_SETLK, lock), 0);
  EXPECT_EQ(told([&](int out) {
              struct flock mine {};
              const bool got = lock_whole(file.get(), F_SETLK, mine) == 0;
              lock_whole(file.get(), F_GETLK, mine);
              ::dprintf(out, "%s %d", got ? "got" : "refused", mine.l_pid);
            }),
            "refused " + std::to_string(::getpid()));
}

// The trap that makes fcntl locks so hard to use: it is the *process* that holds them.
TEST(ForkTable, FcntlLocksFallWhenTheParentClosesAnyDescriptorOfTheFile) {
  char path[] = "/tmp/ch03_fcntl.XXXXXX";
  const Handle file(::mkstemp(path));
  struct flock lock {};
  ASSERT_EQ(lock_whole(file.get(), F_SETLK, lock), 0);
  Handle(::open(path, O_RDONLY)).close();
  ::unlink(path);
  EXPECT_EQ(told([&](int out) {
              struct flock mine {};
              ::dprintf(out, "%d", lock_whole(file.get(), F_SETLK, mine));
            }),
            "0");
}

TEST(ForkTable, CpuTimesStartAtZero) {
  constexpr std::int64_t kBurn = 50'000'000;
  while (cpu_ns() < kBurn) continue;  // this process's own CPU time, whatever the clock says
  const std::string used =
      told([](int out) { ::dprintf(out, "%lld", static_cast<long long>(cpu_ns())); });
  EXPECT_LT(std::stoll(used), kBurn) << "the child carries its parent's CPU time";
}

TEST(ForkTable, ChildrenAreNotInherited) {
  Result<fork::Copy> sibling = fork::start_copy([] { return ::pause(); });
  ASSERT_TRUE(sibling);
  EXPECT_EQ(told([&](int out) {
              Result<fork::CopyEnd> end = fork::Copy(sibling->pid()).wait();
              ::dprintf(out, "%s", end ? "reaped" : "no child of mine");
              if (!end && end.error().code != std::errc::no_child_process) ::_exit(1);
            }),
            "no child of mine");
}
