// tests/ch03 · fork, vfork and clone(CLONE_VM|CLONE_VFORK): whose memory, who waits.
#include <atomic>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch03_fork/ways_linux.h"
#include "platform/clock.h"
#include "platform/handle.h"
#include "tests/support/gate.h"
#include "tests/support/run.h"
#include "tests/support/sanitizer.h"

using namespace proclab;
using fork::Way;

namespace {

int reap(const Result<Pid>& child) {
  if (!child) return -1;
  int status = 0;
  while (::waitpid(*child, &status, 0) == -1 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int set_to_two(void* number) {
  *static_cast<volatile int*>(number) = 2;
  return 5;
}

int seen_after(Way way) {
  volatile int number = 1;
  EXPECT_EQ(reap(fork::start_by(way, set_to_two, const_cast<int*>(&number))), 5);
  return number;
}

int close_it(void* fd) { return ::close(*static_cast<int*>(fd)); }

char state_of(pid_t thread) {
  std::ifstream stat("/proc/self/task/" + std::to_string(thread) + "/stat");
  std::string line;
  std::getline(stat, line);
  return line[line.rfind(')') + 2];
}

struct Meeting {
  test::Gate child_runs;
  test::Gate may_leave;
};

int wait_for_leave(void* data) {
  auto* const meeting = static_cast<Meeting*>(data);
  meeting->child_runs.open();
  return meeting->may_leave.wait() ? 0 : 1;
}

// Starts a child that stays until it is let go, and says what the thread that started it was doing
// meanwhile: 'D', the kernel's uninterruptible sleep, or 'R'/'S' when it went on.
bool parent_sleeps_while_child_runs(Way way) {
  Meeting meeting;
  std::atomic<bool> back = false;
  bool slept = false;
  const auto parent = static_cast<pid_t>(::syscall(SYS_gettid));
  std::thread watcher([&] {
    EXPECT_TRUE(meeting.child_runs.wait());
    // The child may run a moment before its parent has gone to sleep: look until one is certain.
    const Deadline deadline = Deadline::after(Milliseconds(10'000));
    while (!slept && !back && !deadline.passed()) slept = state_of(parent) == 'D';
    slept = slept && !back;
    meeting.may_leave.open();
  });
  const Result<Pid> child = fork::start_by(way, wait_for_leave, &meeting);
  back = true;
  watcher.join();
  EXPECT_EQ(reap(child), 0);
  return slept;
}

#define SKIP_UNDER_TSAN() \
  if (test::kTsan) GTEST_SKIP() << "ThreadSanitizer takes vfork and clone for fork"

}  // namespace

TEST(Ways, ForkCopiesMemory) { EXPECT_EQ(seen_after(Way::fork), 1); }

TEST(Ways, VforkSharesMemory) {
  SKIP_UNDER_TSAN();
  EXPECT_EQ(seen_after(Way::vfork), 2);
}

TEST(Ways, CloneVmSharesMemory) {
  SKIP_UNDER_TSAN();
  EXPECT_EQ(seen_after(Way::clone_vm), 2);
}

TEST(Ways, NoneOfThemSharesTheDescriptorTable) {
  for (const Way way : {Way::fork, Way::vfork, Way::clone_vm}) {
    if (test::kTsan && way == Way::clone_vm) {
      std::cout << "without clone: ThreadSanitizer takes it for a fork, and stops\n";
      continue;
    }
    const Handle file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    int fd = file.get();
    EXPECT_EQ(reap(fork::start_by(way, close_it, &fd)), 0);
    EXPECT_EQ(::fcntl(file.get(), F_GETFD), FD_CLOEXEC) << "the child's close reached the parent";
  }
}

TEST(Ways, TheParentOfAForkRunsOn) { EXPECT_FALSE(parent_sleeps_while_child_runs(Way::fork)); }

TEST(Ways, TheThreadThatCallsVforkSleepsUntilTheChildHasLeft) {
  SKIP_UNDER_TSAN();
  EXPECT_TRUE(parent_sleeps_while_child_runs(Way::vfork));
  EXPECT_TRUE(parent_sleeps_while_child_runs(Way::clone_vm));
}

TEST(Ways, TheDemoShowsWhoWroteWhere) {
  SKIP_UNDER_TSAN();
  const test::Ran ran = test::run({test::program("ch03_vfork")});
  EXPECT_NE(ran.out.find("child parent"), std::string::npos) << ran.out;
}
