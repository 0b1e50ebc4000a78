// tests/ch07 · kill sends, it does not kill.
#include "chapters/ch07_signals/send.h"

#include <gtest/gtest.h>

#include <signal.h>
#include <unistd.h>

#include "chapters/ch07_signals/mask_posix.h"
#include "chapters/ch07_signals/source.h"
#include "tests/ch07_signals/fork_posix.h"
#include "tests/support/deadline.h"
#include "tests/support/gate.h"

namespace proclab::signals {
namespace {

using test::Waiting;

volatile sig_atomic_t g_handled = 0;
void count_it(int) { g_handled = g_handled + 1; }

TEST(Send, IsTerminateByDefaultAndTheReceiverMayRefuse) {
  const Waiting waiting("two children that were sent SIGTERM");
  test::Gate ignoring;
  const pid_t deaf = fork_to([&] {
    ::signal(SIGTERM, SIG_IGN);
    ignoring.open();
    ::raise(SIGTERM);
    return 7;
  });
  ASSERT_TRUE(ignoring.wait());
  EXPECT_TRUE(send(deaf));
  EXPECT_EQ(WEXITSTATUS(reap(deaf)), 7) << "it was sent, and nothing happened";

  const pid_t obedient = fork_to([] { return ::pause(); });
  EXPECT_TRUE(send(obedient));
  const int status = reap(obedient);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

TEST(Send, ZeroOnlyAsks) {
  const Waiting waiting("a child that was killed");
  const pid_t child = fork_to([] { return ::pause(); });
  EXPECT_TRUE(send(child, 0));
  EXPECT_TRUE(send(child, kKill));
  reap(child);
  EXPECT_EQ(send(child, 0).error().code, std::errc::no_such_process);
}

TEST(Send, OfAPidThatMeansAGroupOrEverybodyIsRefused) {
  for (const Pid pid : {0, -1, -2, -::getpgrp()}) {
    EXPECT_EQ(send(pid, 0).error().code, std::errc::invalid_argument) << pid;
    EXPECT_EQ(queue(pid, SIGUSR1, 1).error().code, std::errc::invalid_argument) << pid;
  }
  for (const Pid group : {-1, 1, -::getpgrp()}) {
    EXPECT_EQ(send_group(group, 0).error().code, std::errc::invalid_argument) << group;
  }
}

TEST(Send, ANumberThatIsNoSignalIsRefused) {
  EXPECT_EQ(send(::getpid(), 1000).error().code, std::errc::invalid_argument);
  EXPECT_EQ(raise(1000).error().code, std::errc::invalid_argument);
  EXPECT_EQ(send_group(0, 1000).error().code, std::errc::invalid_argument);
}

TEST(Send, ToInitNeedsMoreRightsThanAUserHas) {
  const Waiting waiting("a child that is nobody");
  if (::getuid() != 0) {
    EXPECT_EQ(send(1, 0).error().code, std::errc::operation_not_permitted);
    return;
  }
  const pid_t parent = ::getpid();
  const pid_t nobody = fork_to([&] {
    if (::setuid(65534) != 0) return 2;
    const Result<void> sent = send(parent, 0);
    return !sent && sent.error().code == std::errc::operation_not_permitted ? 0 : 1;
  });
  EXPECT_EQ(WEXITSTATUS(reap(nobody)), 0);
}

TEST(SendGroup, ReachesAllOfItAndNobodyElse) {
  const Waiting waiting("a group of three");
  const pid_t leader = fork_to([] {
    ::setpgid(0, 0);
    return ::pause();
  });
  ::setpgid(leader, leader);  // both do it, so that neither has to wait for the other
  pid_t members[2];
  for (pid_t& member : members) {
    member = fork_to([] { return ::pause(); });
    ASSERT_EQ(::setpgid(member, leader), 0);
  }
  EXPECT_TRUE(send_group(leader, kTerminate));
  for (const pid_t one : {leader, members[0], members[1]}) {
    const int status = reap(one);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
  }
  EXPECT_EQ(send_group(leader, 0).error().code, std::errc::no_such_process) << "an empty group";
}

TEST(SendGroup, ZeroIsTheCallersOwnWithTheCaller) {
  const Waiting waiting("a group of two");
  const pid_t leader = fork_to([] {
    ::setpgid(0, 0);
    const pid_t member = fork_to([] { return ::pause(); });
    {
      const DispositionGuard not_me(SIGUSR1, SIG_IGN);
      if (!send_group(0, SIGUSR1)) return 1;
    }
    if (WTERMSIG(reap(member)) != SIGUSR1) return 2;
    (void)send_group(0, SIGUSR1);  // this one is for us
    return 3;
  });
  const int status = reap(leader);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1) << WEXITSTATUS(status);
}

TEST(Raise, HasBeenDeliveredOnReturn) {
  g_handled = 0;
  const DispositionGuard handler(SIGUSR1, count_it);
  EXPECT_TRUE(raise(SIGUSR1));
  EXPECT_EQ(g_handled, 1);
}

TEST(Mask, ABlockedSignalIsPendingUntilItIsLetIn) {
  g_handled = 0;
  const DispositionGuard handler(SIGUSR1, count_it);
  {
    const MaskGuard held(MaskGuard::How::block, {SIGUSR1});
    EXPECT_EQ(blocked(), std::vector<int>{SIGUSR1});
    ASSERT_TRUE(raise(SIGUSR1));
    EXPECT_EQ(g_handled, 0);
    EXPECT_EQ(pending(), std::vector<int>{SIGUSR1});
  }
  EXPECT_EQ(g_handled, 1) << "before pthread_sigmask() has returned";
  EXPECT_TRUE(pending().empty());
}

TEST(Mask, AnIgnoredSignalIsThrownAway) {
  g_handled = 0;
  {
    const DispositionGuard ignored(SIGUSR1, SIG_IGN);
    ASSERT_TRUE(raise(SIGUSR1));
  }
  const DispositionGuard handler(SIGUSR1, count_it);
  EXPECT_EQ(g_handled, 0);
}

TEST(Mask, GuardsNestAndPutTheWholeMaskBack) {
  {
    const MaskGuard outer(MaskGuard::How::block, {SIGUSR1, SIGUSR2});
    {
      const MaskGuard inner(MaskGuard::How::unblock, {SIGUSR1});
      EXPECT_EQ(blocked(), std::vector<int>{SIGUSR2});
      const MaskGuard innermost(MaskGuard::How::exactly, {SIGHUP});
      EXPECT_EQ(blocked(), std::vector<int>{SIGHUP});
    }
    EXPECT_EQ(blocked(), (std::vector<int>{SIGUSR1, SIGUSR2}));
  }
  EXPECT_TRUE(blocked().empty());
}

TEST(Mask, KillAndStopCannotBeBlocked) {
  const MaskGuard everything(MaskGuard::How::block, all());
  for (const int signal : blocked()) EXPECT_TRUE(signal != SIGKILL && signal != SIGSTOP);
  EXPECT_EQ(blocked().size(), all().size() - 2);
}

}  // namespace
}  // namespace proclab::signals
