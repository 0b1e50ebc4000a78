// tests/ch10 · timers: order, promptness in the one direction that can be promised, and no pile-ups.
#include "chapters/ch10_loop/timer.h"

#include <deque>
#include <optional>

#include "chapters/ch10_loop/core.h"
#include "tests/ch10_loop/each_backend.h"

namespace proclab::loop {
namespace {

void keep_busy(Milliseconds span) {
  for (const auto until = Clock::now() + span; Clock::now() < until;) {
  }
}

class Timers : public EachBackend {};
INSTANTIATE_TEST_SUITE_P(By, Timers, testing::ValuesIn(backends()), backend_name);

TEST_P(Timers, RunInTheOrderOfTheirMoments) {
  std::vector<int> order;
  std::vector<std::shared_ptr<TimerBody>> bodies;
  const Clock::time_point now = Clock::now();  // one for all: a slow machine changes nothing
  for (const int span : {30, 10, 20, -5, 0}) {
    bodies.push_back(new_timer(loop.core(), [&order, span] { order.push_back(span); }));
    bodies.back()->start(now + Milliseconds(span));
  }
  run("five timers");
  EXPECT_EQ(order, (std::vector<int>{-5, 0, 10, 20, 30}));
  for (const auto& body : bodies) body->close();
}

TEST_P(Timers, OfNoTimeRunInTheNextTurn) {
  std::vector<int> order;
  const Timer a = Timer::once(loop, Milliseconds(0), [&] { order.push_back(0); });
  const Timer b = Timer::once(loop, Milliseconds(-5), [&] { order.push_back(-5); });
  EXPECT_FALSE(*loop.turn());
  EXPECT_EQ(order, (std::vector<int>{0, -5}))
      << "a negative span is none, not a moment in the past";
}

TEST_P(Timers, OfOneMomentRunInTheOrderOfStarting) {
  std::vector<int> order, expected;
  std::vector<std::shared_ptr<TimerBody>> bodies;
  const Clock::time_point moment = Clock::now() + Milliseconds(5);
  for (int i = 0; i < 100; ++i) {
    bodies.push_back(new_timer(loop.core(), [&order, i] { order.push_back(i); }));
    bodies.back()->start(moment);
    expected.push_back(i);
  }
  run("100 timers of one moment");
  EXPECT_EQ(order, expected);
  for (const auto& body : bodies) body->close();
}

TEST_P(Timers, AreNeverEarly) {
  int fired = 0;
  std::deque<Timer> timers;
  for (int i = 0; i < 300; ++i) {
    const Milliseconds span(i * 37 % 50);
    const Clock::time_point earliest = Clock::now() + span;
    timers.push_back(Timer::once(loop, span, [&fired, earliest] {
      EXPECT_GE(Clock::now(), earliest);
      ++fired;
    }));
  }
  run("300 timers");
  EXPECT_EQ(fired, 300);
}

TEST_P(Timers, TenThousandRunInOrder) {
  struct Seen {
    Clock::time_point not_before, not_after;
  };
  std::vector<Seen> seen;
  std::deque<Timer> timers;
  for (int i = 0; i < 10'000; ++i) {
    const Milliseconds span(i * 7919 % 200);
    const Clock::time_point before = Clock::now();
    auto moment = std::make_shared<Seen>();
    timers.push_back(Timer::once(loop, span, [&seen, moment] { seen.push_back(*moment); }));
    *moment = {before + span, Clock::now() + span};
  }
  run("10,000 timers");
  ASSERT_EQ(seen.size(), 10'000U);
  for (std::size_t i = 1; i < seen.size(); ++i) {
    EXPECT_LE(seen[i - 1].not_before, seen[i].not_after) << "number " << i;
  }
}

TEST_P(Timers, ThatRepeatKeepToTheirMoments) {
  const auto due = [&] { return (*loop.core().timers.begin())->due; };
  constexpr Milliseconds kPeriod(2);
  int ticks = 0;
  Clock::time_point first;
  Timer timer = Timer::every(loop, kPeriod, [&] {
    // It is armed again before it is called. Its next moment is a whole number of periods after the
    // first, however long the calls before took: it would not be if each were counted from the last call.
    EXPECT_EQ((due() - first) % kPeriod, Clock::duration::zero());
    keep_busy(Milliseconds(1));
    if (++ticks == 20) timer.close();
  });
  first = due();
  run("20 ticks");
  EXPECT_EQ(ticks, 20);
}

TEST_P(Timers, ThatRepeatDoNotPileUp) {
  int ticks = 0;
  Clock::time_point busy_until;
  const Timer timer = Timer::every(loop, Milliseconds(1), [&] {
    if (++ticks == 2) {
      EXPECT_GT((*loop.core().timers.begin())->due, busy_until) << "the next moment is to come";
    }
    if (ticks > 1) return;
    keep_busy(Milliseconds(30));  // thirty moments pass
    busy_until = Clock::now();
  });
  const test::Waiting waiting("a tick");
  while (ticks == 0) ASSERT_TRUE(loop.turn());
  for (int turn = 1; turn <= 3; ++turn) {
    const int before = ticks;
    ASSERT_TRUE(loop.turn());
    EXPECT_LE(ticks, before + 1) << "one call makes up for all that were missed";
  }
}

TEST_P(Timers, APeriodOfNothingIsAMillisecond) {
  int ticks = 0;
  const Clock::time_point start = Clock::now();
  Timer timer = Timer::every(loop, Milliseconds(0), [&] {
    ++ticks;
    EXPECT_GE(Clock::now(), start + ticks * Milliseconds(1));
    if (ticks == 5) timer.close();
  });
  run("5 ticks");
  EXPECT_EQ(ticks, 5);
}

TEST_P(Timers, StartedByATimerWaitForTheNextTurn) {
  int first = 0, second = 0;
  std::optional<Timer> other;
  const Timer timer = Timer::once(loop, Milliseconds(0), [&] {
    ++first;
    other = Timer::once(loop, Milliseconds(0), [&] { ++second; });
  });
  const test::Waiting waiting("two timers");
  ASSERT_TRUE(loop.turn());
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 0);
  ASSERT_TRUE(loop.turn());
  EXPECT_EQ(second, 1);
}

TEST_P(Timers, StartedForAMomentThatIsOverWaitForTheNextTurnToo) {
  // As where a clock has not moved on between two looks at it.
  const Clock::time_point moment = Clock::now();
  int calls = 0;
  std::shared_ptr<TimerBody> again;
  again = new_timer(loop.core(), [&] {
    if (++calls == 1) again->start(moment);
  });
  again->start(moment);
  const test::Waiting waiting("a timer that is always due");
  ASSERT_TRUE(*loop.turn());
  EXPECT_EQ(calls, 1);
  ASSERT_FALSE(*loop.turn());
  EXPECT_EQ(calls, 2);
  again->close();
}

TEST_P(Timers, StopAndRestart) {
  int fired = 0;
  Timer once = Timer::once(loop, Milliseconds(1), [&] { ++fired; });
  EXPECT_TRUE(once.active());
  once.stop();
  EXPECT_FALSE(once.active());
  run("nothing");
  EXPECT_EQ(fired, 0);
  once.restart(Milliseconds(0));
  run("a timer that was restarted");
  EXPECT_EQ(fired, 1);
  EXPECT_FALSE(once.active()) << "it has fired";
  once.restart(Milliseconds(0));
  run("a timer that had fired");
  EXPECT_EQ(fired, 2);
  once.close();
  once.restart(Milliseconds(0));
  run("nothing");
  EXPECT_EQ(fired, 2);
}

TEST_P(Timers, RestartedInTimeNeverFire) {
  int late = 0, pings = 0;
  Timer too_late = Timer::once(loop, Milliseconds(10'000), [&] { ++late; });
  Timer ping = Timer::every(loop, Milliseconds(1), [&] {
    too_late.restart(Milliseconds(10'000));
    if (++pings == 5) ping.close(), too_late.close();
  });
  run("five pings");
  EXPECT_EQ(late, 0);
}

TEST_P(Timers, MayCloseThemselvesAndEachOther) {
  int calls = 0;
  std::optional<Timer> a, b;
  const auto either = [&] {
    ++calls;
    a.reset();  // one of them is the one that runs
    b.reset();
  };
  a = Timer::once(loop, Milliseconds(1), either);
  b = Timer::once(loop, Milliseconds(1), either);
  keep_busy(Milliseconds(3));  // both are due
  run("one timer");
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace proclab::loop
