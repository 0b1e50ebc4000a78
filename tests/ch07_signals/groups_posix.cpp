// tests/ch07 · process groups, sessions and the terminal: whom a key reaches, and who is stopped.
//
// Each test plays on a terminal of its own: a child leads a new session there and runs the test's play; this
// side types. The play's exit code says which step failed; 0 is none.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "chapters/ch07_signals/foreground_posix.h"
#include "chapters/ch07_signals/mask_posix.h"
#include "chapters/ch07_signals/send.h"
#include "platform/handle.h"
#include "tests/ch07_signals/fork_posix.h"
#include "tests/support/deadline.h"
#include "tests/support/gate.h"

namespace proclab::signals {
namespace {

using test::Waiting;

struct Terminal {
  Handle hand{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};

  Terminal() { EXPECT_TRUE(::grantpt(hand.get()) == 0 && ::unlockpt(hand.get()) == 0); }
  void type(const char* keys) const { (void)!::write(hand.get(), keys, std::strlen(keys)); }
  /// A session's leader that has this terminal and runs `play`.
  pid_t play(const std::function<int(int)>& the_play) const {
    const std::string name = ::ptsname(hand.get());
    return fork_to([&] {
      ::setsid();
      const int tty = ::open(name.c_str(), O_RDWR);
      ::ioctl(tty, TIOCSCTTY, 0);
      return tty == -1 ? 99 : the_play(tty);
    });
  }
};

/// A child in a group of its own that does `work`.
template <class Work>
pid_t job(Work&& work) {
  const pid_t pid = fork_to([&] {
    ::setpgid(0, 0);
    return work();
  });
  ::setpgid(pid, pid);
  return pid;
}

int wait_for_change(pid_t pid) { return reap(pid, WUNTRACED | WCONTINUED); }
bool stopped_by(int status, int signal) { return WIFSTOPPED(status) && WSTOPSIG(status) == signal; }
bool killed_by(int status, int signal) { return WIFSIGNALED(status) && WTERMSIG(status) == signal; }

void end(pid_t pid) {
  ::kill(pid, SIGKILL);
  reap(pid);
}

TEST(Foreground, CtrlCReachesTheWholeForegroundGroupAndNobodyElse) {
  const Waiting waiting("a session with two jobs");
  const Terminal terminal;
  test::Gate ready;
  const pid_t session = terminal.play([&](int tty) {
    const pid_t front = job([] { return ::pause(); }), back = job([] { return ::pause(); });
    const pid_t second = fork_to([&] { return ::pause(); });
    ::setpgid(second, front);
    if (!set_foreground(tty, front)) return 1;
    if (foreground(tty).value() != front) return 2;
    ready.open();
    if (!killed_by(reap(front), SIGINT)) return 3;
    if (!killed_by(reap(second), SIGINT)) return 4;
    if (::waitpid(back, nullptr, WNOHANG) != 0) return 5;  // lives; and so do we
    end(back);
    return 0;
  });
  ASSERT_TRUE(ready.wait());
  terminal.type("\x03");
  EXPECT_EQ(exit_code(reap(session)), 0);
}

TEST(Foreground, CtrlZStopsAndContContinues) {
  const Waiting waiting("a session with a job");
  const Terminal terminal;
  test::Gate ready;
  const pid_t session = terminal.play([&](int tty) {
    const pid_t front = job([] { return ::pause(); });
    if (!set_foreground(tty, front)) return 1;
    ready.open();
    if (!stopped_by(wait_for_change(front), SIGTSTP)) return 2;
    if (!send_group(front, SIGCONT)) return 3;
    if (!WIFCONTINUED(wait_for_change(front))) return 4;
    if (!send_group(front, SIGSTOP)) return 5;
    if (!stopped_by(wait_for_change(front), SIGSTOP)) return 6;
    if (!send_group(front, SIGTERM)) return 7;  // waits, until somebody lets it go on
    if (::waitpid(front, nullptr, WNOHANG) != 0) return 8;
    if (!send_group(front, SIGCONT)) return 9;
    int status = wait_for_change(front);
    if (WIFCONTINUED(status)) status = wait_for_change(front);
    return killed_by(status, SIGTERM) ? 0 : 10;
  });
  ASSERT_TRUE(ready.wait());
  terminal.type("\x1a");
  EXPECT_EQ(exit_code(reap(session)), 0);
}

TEST(Foreground, WhoReadsInTheBackgroundIsStopped) {
  const Waiting waiting("a session with a reader");
  const Terminal terminal;
  terminal.type("hello\n");
  const pid_t session = terminal.play([&](int tty) {
    const pid_t reader = job([&] {
      char line[16];
      return ::read(tty, line, sizeof line) == 6 ? 0 : 1;
    });
    if (!stopped_by(wait_for_change(reader), SIGTTIN)) return 1;
    if (!set_foreground(tty, reader) || !send_group(reader, SIGCONT)) return 2;
    int status = wait_for_change(reader);
    if (WIFCONTINUED(status)) status = wait_for_change(reader);
    return WIFEXITED(status) ? exit_code(status) : 3;
  });
  EXPECT_EQ(exit_code(reap(session)), 0);
}

TEST(Foreground, TakingItFromTheBackgroundStopsUnlessItIsHeldOff) {
  const Waiting waiting("a session with two that want the terminal");
  const Terminal terminal;
  const pid_t session = terminal.play([](int tty) {
    const pid_t naive = job([&] { return ::tcsetpgrp(tty, ::getpgrp()); });
    if (!stopped_by(wait_for_change(naive), SIGTTOU)) return 1;
    end(naive);
    const pid_t ours = job([&] { return set_foreground(tty, ::getpgrp()) ? 0 : 1; });
    return exit_code(reap(ours)) == 0 ? 0 : 2;
  });
  EXPECT_EQ(exit_code(reap(session)), 0);
}

// The kernel tells the session's leader; the foreground group it tells when the leader has ended.
TEST(Foreground, WhenTheTerminalGoesItsForegroundHearsSighup) {
  const Waiting waiting("a session whose terminal is closed");
  auto terminal = std::make_unique<Terminal>();
  test::Gate ready, told;
  const pid_t session = terminal->play([&](int tty) {
    terminal->hand.close();
    test::Gate holds_back;
    const pid_t front = job([&] {
      const MaskGuard until_waited_for(MaskGuard::How::block, {SIGHUP});
      holds_back.open();
      const sigset_t hangup = set_of({SIGHUP});
      int heard = 0;
      if (::sigwait(&hangup, &heard) != 0) return 1;
      told.open();
      return 0;
    });
    if (!holds_back.wait() || !set_foreground(tty, front)) return 1;
    ready.open();
    return ::pause();
  });
  ASSERT_TRUE(ready.wait());
  terminal.reset();
  EXPECT_TRUE(killed_by(reap(session), SIGHUP));
  EXPECT_TRUE(told.wait());
}

TEST(Foreground, OfNoTerminalOrAnothersIsAnError) {
  const Handle null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  EXPECT_EQ(foreground(null.get()).error().code, std::errc::inappropriate_io_control_operation);
  EXPECT_EQ(set_foreground(null.get(), ::getpgrp()).error().code,
            std::errc::inappropriate_io_control_operation);
  EXPECT_EQ(foreground(-1).error().code, std::errc::bad_file_descriptor);
}

TEST(Groups, AreInheritedLeftAndBoundToTheSession) {
  const Waiting waiting("a child that changes its group");
  const pid_t ours = ::getpgrp();
  const pid_t child = fork_to([&] {
    if (::getpgrp() != ours) return 1;  // a fork is born into it
    if (!lead_group() || ::getpgrp() != ::getpid()) return 2;
    if (!lead_group()) return 3;  // once more changes nothing
    const pid_t grandchild = fork_to([] {
      return ::setsid() == ::getpid() && ::getpgrp() == ::getpid() ? 0 : 1;  // and out of all
    });
    if (exit_code(reap(grandchild)) != 0) return 4;
    return ::setsid() == -1 && errno == EPERM ? 0
                                              : 5;  // a group's leader cannot: it must fork first
  });
  EXPECT_EQ(exit_code(reap(child)), 0);
}

}  // namespace
}  // namespace proclab::signals
