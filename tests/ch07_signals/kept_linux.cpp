// tests/ch07 · what fork() and exec() keep of a process's signals. /proc tells, so Linux.
#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch07_signals/mask_posix.h"
#include "chapters/ch07_signals/send.h"
#include "platform/handle.h"
#include "tests/ch07_signals/fork_posix.h"
#include "tests/support/deadline.h"

namespace proclab::signals {
namespace {

using test::Waiting;

void do_nothing(int) {}

/// What /proc/PID/status says of a process's signals.
struct Status {
  std::string pending, blocked, ignored, caught;

  explicit Status(std::istream& text) {
    for (std::string key, value; text >> key && std::getline(text, value);) {
      value.erase(0, value.find_first_not_of(" \t"));
      if (key == "SigPnd:") pending = value;
      if (key == "SigBlk:") blocked = value;
      if (key == "SigIgn:") ignored = value;
      if (key == "SigCgt:") caught = value;
    }
  }
};

/// "0000000000000200": bit 9 is signal 10.
std::string bits(const std::vector<int>& signals) {
  unsigned long long set = 0;
  for (const int signal : signals) set |= 1ULL << (signal - 1);
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", set);
  return text;
}

/// What is seen by a fork() of this process, or by a program that it becomes without more ado;
/// `pending`, unless 0, has been sent to it and is blocked.
Status seen_by(bool exec, int pending = 0) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  Handle in(ends[0]), out(ends[1]);
  const pid_t child = fork_to([&] {
    ::dup2(out.get(), 1);
    if (pending != 0) {
      const sigset_t one = set_of({pending});
      ::sigprocmask(SIG_BLOCK, &one, nullptr);
      ::raise(pending);
    }
    if (exec) return ::execl("/bin/cat", "cat", "/proc/self/status", nullptr);
    char text[8192];
    const Handle file(::open("/proc/self/status", O_RDONLY));
    const ssize_t size = ::read(file.get(), text, sizeof text);
    return ::write(1, text, static_cast<std::size_t>(size)) == size ? 0 : 1;
  });
  out.close();
  std::string text;
  char block[4096];
  for (ssize_t size; (size = ::read(in.get(), block, sizeof block)) > 0;) {
    text.append(block, static_cast<std::size_t>(size));
  }
  EXPECT_EQ(reap(child), 0);
  std::istringstream stream(text);
  return Status(stream);
}

class Kept : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(raise(SIGWINCH)) << "and so it is pending here"; }
  void TearDown() override {
    int taken = 0;
    const sigset_t one = set_of({SIGWINCH});
    ::sigwait(&one, &taken);
  }
  const Waiting waiting_{"a child that shows its signals"};
  const DispositionGuard ignored_{SIGHUP, SIG_IGN};
  const DispositionGuard caught_{SIGUSR1, do_nothing};
  const DispositionGuard winch_{SIGWINCH, do_nothing};
  const MaskGuard blocked_{MaskGuard::How::block, {SIGUSR2, SIGWINCH}};
};

TEST_F(Kept, ForkKeepsAllButWhatIsPending) {
  const Status child = seen_by(false);
  EXPECT_EQ(child.blocked, bits({SIGUSR2, SIGWINCH}));
  EXPECT_EQ(child.ignored, bits({SIGHUP}));
  for (const int signal : {SIGUSR1, SIGWINCH}) {
    EXPECT_NE(std::stoull(child.caught, nullptr, 16) & 1ULL << (signal - 1), 0U);
  }
  EXPECT_EQ(child.pending, bits({})) << "that was sent to the parent";
}

TEST_F(Kept, ExecKeepsTheMaskAndWhatIsIgnoredButNoHandler) {
  const Status program = seen_by(true);
  EXPECT_EQ(program.blocked, bits({SIGUSR2, SIGWINCH}));
  EXPECT_EQ(program.ignored, bits({SIGHUP}));
  EXPECT_EQ(program.caught, bits({})) << "the code of a handler is gone";
}

TEST(KeptByExec, EvenWhatIsPending) {
  const Waiting waiting("a program that starts with a pending signal");
  const Status program = seen_by(true, SIGUSR1);
  EXPECT_EQ(program.pending, bits({SIGUSR1}));
  EXPECT_EQ(program.blocked, bits({SIGUSR1}));
}

}  // namespace
}  // namespace proclab::signals
