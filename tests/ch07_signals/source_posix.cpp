// tests/ch07 · a signal turned into an event: what every way promises.
#include "chapters/ch07_signals/source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <thread>

#include <poll.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "chapters/ch07_signals/mask_posix.h"
#include "chapters/ch07_signals/send.h"
#include "tests/ch07_signals/fork_posix.h"
#include "tests/ch07_signals/ways.h"
#include "tests/support/deadline.h"
#include "tests/support/leaks.h"
#include "tests/support/sanitizer.h"

namespace proclab::signals {
namespace {

using test::Waiting;

using SourceBy = EachWay;
INSTANTIATE_TEST_SUITE_P(By, SourceBy, testing::ValuesIn(ways()), name_of_way);

bool readable(NativeHandle handle) {
  pollfd fd{handle, POLLIN, 0};
  return ::poll(&fd, 1, 0) == 1;
}

Event wait_for(Source& source) {
  const Result<std::optional<Event>> event = source.next_until(Deadline::never());
  return event && *event ? **event : Event{};
}

TEST_P(SourceBy, TellsTheSignalAndWhoSentIt) {
  const Waiting waiting("a signal that was sent");
  Result<Source> source = Source::open({SIGTERM, SIGUSR1}, GetParam());
  ASSERT_TRUE(source) << source.error().message();
  EXPECT_EQ(source->next().value(), std::nullopt);
  EXPECT_FALSE(readable(source->handle()));
  ASSERT_TRUE(send(::getpid(), SIGUSR1));
  Event event = wait_for(*source);
  EXPECT_EQ(event.signal, SIGUSR1);
  EXPECT_EQ(event.count, 1U);
  EXPECT_EQ(event.value, 0);
  EXPECT_EQ(event.sender, ::getpid());

  const pid_t parent = ::getpid();
  const pid_t child = fork_to([&] { return send(parent, SIGTERM) ? 0 : 1; });
  event = wait_for(*source);
  EXPECT_EQ(event.signal, SIGTERM);
  EXPECT_EQ(event.sender, child);
  EXPECT_EQ(reap(child), 0);
  EXPECT_EQ(source->next().value(), std::nullopt);
  EXPECT_FALSE(readable(source->handle()));
}

TEST_P(SourceBy, StaysReadableUntilTheLastIsRead) {
  const Waiting waiting("two signals that were sent");
  Result<Source> source = Source::open({SIGUSR1, SIGUSR2}, GetParam());
  ASSERT_TRUE(source);
  ASSERT_TRUE(send(::getpid(), SIGUSR1));
  ASSERT_TRUE(send(::getpid(), SIGUSR2));
  std::vector<int> got = {wait_for(*source).signal};
  got.push_back(wait_for(*source).signal);
  std::sort(got.begin(), got.end());
  EXPECT_EQ(got, (std::vector<int>{SIGUSR1, SIGUSR2}));
  EXPECT_FALSE(readable(source->handle()));
}

TEST_P(SourceBy, ADeadlineThatPassesIsNoEvent) {
  const Waiting waiting("deadlines of up to 20 ms");
  Result<Source> source = Source::open({SIGUSR1}, GetParam());
  ASSERT_TRUE(source);
  for (const int span : {0, 1, 20}) {
    EXPECT_EQ(source->next_until(Deadline::after(Milliseconds(span))).value(), std::nullopt);
  }
}

TEST_P(SourceBy, OfAChildsEndTellsWhichChild) {
  const Waiting waiting("a child that exits");
  Result<Source> source = Source::open({SIGCHLD}, GetParam());
  ASSERT_TRUE(source);
  const pid_t child = fork_to([] { return 3; });
  const Event event = wait_for(*source);
  EXPECT_EQ(event.signal, SIGCHLD);
  EXPECT_EQ(event.sender, child);
  EXPECT_EQ(exit_code(reap(child)), 3);
}

TEST_P(SourceBy, OfATimerTellsNoSender) {
  const Waiting waiting("an alarm");
  Result<Source> source = Source::open({SIGALRM}, GetParam());
  ASSERT_TRUE(source);
  const itimerval soon{{0, 0}, {0, 1000}};
  ::setitimer(ITIMER_REAL, &soon, nullptr);
  const Event event = wait_for(*source);
  EXPECT_EQ(event.signal, SIGALRM);
  EXPECT_EQ(event.sender, 0);
}

TEST_P(SourceBy, LeavesMaskAndDispositionsAsTheyWere) {
  const DispositionGuard ignored(SIGUSR1, SIG_IGN);
  const MaskGuard held(MaskGuard::How::block, {SIGUSR2, SIGHUP});
  const test::Holdings before = test::holdings();
  {
    Result<Source> source = Source::open({SIGUSR1, SIGUSR2, SIGTERM}, GetParam());
    ASSERT_TRUE(source);
    const test::Holdings during = test::holdings();
    EXPECT_TRUE(during.signals != before.signals || during.signal_mask != before.signal_mask);
    ASSERT_TRUE(send(::getpid(), SIGUSR1)) << "ignored before; now it is heard";
    const Waiting waiting("a signal that was ignored before");
    EXPECT_EQ(wait_for(*source).signal, SIGUSR1);
    Source moved = std::move(*source);
    ASSERT_TRUE(send(::getpid(), SIGUSR2)) << "and so is what was blocked";
    EXPECT_EQ(wait_for(moved).signal, SIGUSR2);
  }
  EXPECT_EQ(test::leaked(before, test::holdings()), "");
  EXPECT_EQ(blocked(), (std::vector<int>{SIGHUP, SIGUSR2}));
}

TEST_P(SourceBy, WhatIsUnreadAtItsEndIsDropped) {
  for (int round = 0; round < 20; ++round) {
    Result<Source> source = Source::open({SIGTERM, SIGUSR1}, GetParam());
    ASSERT_TRUE(source);
    ASSERT_TRUE(send(::getpid(), SIGTERM));  // its default would end this test
    ASSERT_TRUE(send(::getpid(), SIGUSR1));
  }
  EXPECT_TRUE(pending().empty());
}

TEST_P(SourceBy, ASignalHasOneOwner) {
  Result<Source> first = Source::open({SIGTERM, SIGUSR1}, GetParam());
  ASSERT_TRUE(first);
  for (const Way way : ways()) {
    const Result<Source> second = Source::open({SIGUSR2, SIGTERM}, way);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, std::errc::device_or_resource_busy);
    EXPECT_NE(second.error().message().find("SIGTERM has a Source already"), std::string::npos);
  }
  EXPECT_TRUE(Source::open({SIGUSR2}, GetParam())) << "what was refused has been given back";
  { const Source gone = std::move(*first); }
  EXPECT_TRUE(Source::open({SIGTERM, SIGUSR1}, GetParam()));
}

TEST_P(SourceBy, TwoForDifferentSignalsStandSideBySide) {
  const Waiting waiting("signals to two sources");
  Result<Source> one = Source::open({SIGUSR1}, GetParam());
  for (const Way way : ways()) {
    Result<Source> two = Source::open({SIGUSR2}, way);
    ASSERT_TRUE(one && two);
    ASSERT_TRUE(send(::getpid(), SIGUSR2));
    ASSERT_TRUE(send(::getpid(), SIGUSR1));
    EXPECT_EQ(wait_for(*one).signal, SIGUSR1);
    EXPECT_EQ(wait_for(*two).signal, SIGUSR2);
  }
}

TEST_P(SourceBy, WhatNobodyCanListenForIsRefused) {
  const auto refused = [](int signal) {
    const Result<Source> source = Source::open({SIGUSR1, signal}, GetParam());
    return !source && source.error().code == std::errc::invalid_argument;
  };
  for (const int signal : {SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGFPE, SIGILL, 0, -1, 1000}) {
    EXPECT_FALSE(can_listen(signal));
    EXPECT_TRUE(refused(signal)) << signal;
  }
  EXPECT_EQ(Source::open({}, GetParam()).error().code, std::errc::invalid_argument);
  EXPECT_TRUE(Source::open({SIGUSR1, SIGUSR1}, GetParam())) << "twice the same is once";
}

TEST_P(SourceBy, AllThatCanBeListenedForIsHeard) {
  const Waiting waiting("every signal there is");
  for (const int signal : all()) {
    if (!can_listen(signal)) continue;
    if (test::kTsan && signal == SIGSYS) {
      std::cout << "without SIGSYS: ThreadSanitizer's own thread does not block it\n";
      continue;
    }
    Result<Source> source = Source::open({signal}, GetParam());
    ASSERT_TRUE(source) << name_of(signal);
    ASSERT_TRUE(send(::getpid(), signal));
    EXPECT_EQ(wait_for(*source).signal, signal);
  }
}

TEST_P(SourceBy, OpenedAndClosedAThousandTimesLeavesNothing) {
  const Waiting waiting("a thousand sources", Milliseconds(100'000));  // some with a thread each
  for (int round = 0; round < 1000; ++round) {
    Result<Source> source = Source::open({SIGUSR1, SIGTERM}, GetParam());
    ASSERT_TRUE(source);
  }
}

TEST_P(SourceBy, AForkedCopyMayGoAndTheParentsStaysWhole) {
  const Waiting waiting("a fork that destroys its copy");
  Result<Source> source = Source::open({SIGUSR1}, GetParam());
  ASSERT_TRUE(source);
  const pid_t child = fork_to([&] {
    { const Source copy = std::move(*source); }
    return blocked().empty() ? 0 : 1;
  });
  EXPECT_EQ(reap(child), 0);
  ASSERT_TRUE(send(::getpid(), SIGUSR1));
  EXPECT_EQ(wait_for(*source).sender, ::getpid());
}

TEST(SelfPipe, AForkedChildsSignalsAreNotItsParents) {
  if (test::kTsan) GTEST_SKIP() << "ThreadSanitizer delays a handler: the child has ended before";
  const Waiting waiting("a fork that is signalled");
  Result<Source> source = Source::open({SIGUSR1}, Way::self_pipe);
  ASSERT_TRUE(source);
  const pid_t child = fork_to([] {
    ::raise(SIGUSR1);
    return 0;
  });
  const int status = reap(child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1) << "the default, as without us";
  EXPECT_EQ(source->next().value(), std::nullopt) << "or its signal would have come out here";
}

TEST(SelfPipe, LeavesErrnoAloneAndRestartsWhatItInterrupts) {
  const Waiting waiting("a read that a signal interrupts");
  Result<Source> source = Source::open({SIGUSR1}, Way::self_pipe);
  ASSERT_TRUE(source);
  // The pipe holds 4096 records: the last writes fail with EAGAIN. ThreadSanitizer merges signals itself.
  const unsigned many = test::kTsan ? 1 : 5000;
  for (unsigned i = 0; i < many; ++i) {
    errno = 4711;
    ::raise(SIGUSR1);
    ASSERT_EQ(errno, 4711) << "after " << i << " before it";
  }
  unsigned total = 0, most = 0;
  for (const Event& event : source->read_all().value()) {
    total += event.count;
    most = std::max(most, event.count);
  }
  EXPECT_EQ(total, many);
  EXPECT_EQ(most > 1, many > 4096) << "or the pipe was not full";

  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Handle in(ends[0]), out(ends[1]);
  const pthread_t self = ::pthread_self();
  std::thread other([&] {
    const MaskGuard held(MaskGuard::How::block, all());
    for (int i = 0; i < 50; ++i) {
      ::pthread_kill(self, SIGUSR1);
      ::usleep(200);  // orders nothing: it spreads the signals over the read
    }
    (void)!::write(out.get(), "x", 1);
  });
  char byte = 0;
  EXPECT_EQ(::read(in.get(), &byte, 1), 1) << "SA_RESTART";
  other.join();
}

TEST(Ways, AutomaticIsTheSelfPipe) {
  const Result<Source> source = Source::open({SIGUSR1});
  ASSERT_TRUE(source);
  EXPECT_TRUE(blocked().empty());
  struct sigaction now {};
  ::sigaction(SIGUSR1, nullptr, &now);
  EXPECT_TRUE((now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction != nullptr);
}

}  // namespace
}  // namespace proclab::signals
