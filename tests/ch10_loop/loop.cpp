// tests/ch10 · the loop itself: when it ends, who keeps it, and work from other threads.
#include "chapters/ch10_loop/loop.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "chapters/ch10_loop/timer.h"
#include "tests/ch10_loop/each_backend.h"

namespace proclab::loop {
namespace {

constexpr Milliseconds kNever(3'600'000);

class Loops : public EachBackend {};
INSTANTIATE_TEST_SUITE_P(By, Loops, testing::ValuesIn(backends()), backend_name);

// ---- when it ends ----

TEST_P(Loops, WithNothingToWaitForEndAtOnce) {
  const test::Waiting waiting("an empty loop");
  EXPECT_TRUE(*loop.run());
  EXPECT_EQ(loop.counts().turns, 0U);
  EXPECT_FALSE(*loop.turn());
}

TEST_P(Loops, EndWithTheLastSourceThatIsReferenced) {
  int fired = 0;
  Timer never = Timer::once(loop, kNever, [&] { ++fired; });
  const Timer soon = Timer::once(loop, Milliseconds(5), [&] { ++fired; });
  never.unref();
  EXPECT_FALSE(never.has_ref());
  EXPECT_TRUE(never.active());
  run("the timer of 5 ms, not that of an hour");
  EXPECT_EQ(fired, 1);
}

TEST_P(Loops, AreKeptAgainByRef) {
  int fired = 0;
  Timer timer = Timer::once(loop, Milliseconds(5), [&] { ++fired; });
  timer.unref();
  timer.unref();  // it is a flag, not a count
  timer.ref();
  run("a timer that is referenced again");
  EXPECT_EQ(fired, 1);
}

TEST_P(Loops, MayBeLeftByUnrefInACallback) {
  Timer never = Timer::once(loop, kNever, [] {});
  const Timer soon = Timer::once(loop, Milliseconds(1), [&] { never.unref(); });
  run("a callback that unrefs the rest");
  EXPECT_TRUE(never.active());
}

TEST_P(Loops, AreNotKeptByAnIdleStream) {
  Two ends = two();
  run("nothing: no read was asked for");
  ends.a.read([](const Result<Bytes>&) {});
  ends.a.unref();
  run("nothing: the read is not referenced");
  EXPECT_TRUE(ends.a.active());
}

TEST_P(Loops, AreKeptByAWriteWhateverUnrefSays) {
  Two ends = two();
  ends.a.unref();
  bool done = false;
  ends.a.write("not lost", [&](const Result<void>& how) { done = how.has_value(); });
  run("a write of a stream that is not referenced");
  EXPECT_TRUE(done);
}

TEST_P(Loops, AreKeptByAHold) {
  std::optional<Hold> hold(loop);
  int turns = 0;
  Timer timer = Timer::every(loop, Milliseconds(1), [&] {
    if (++turns == 3) hold.reset();
  });
  timer.unref();
  run("the end of a hold");
  EXPECT_EQ(turns, 3);
}

TEST_P(Loops, StopEndsTheRunAndNotTheSources) {
  int fired = 0;
  Timer timer = Timer::every(loop, Milliseconds(1), [&] {
    if (++fired % 3 == 0) loop.stop();
  });
  const test::Waiting waiting("stop()");
  EXPECT_FALSE(*loop.run());
  EXPECT_EQ(fired, 3);
  EXPECT_TRUE(timer.active());
  EXPECT_FALSE(*loop.run());  // goes on where it was
  EXPECT_EQ(fired, 6);
  loop.stop();
  EXPECT_FALSE(*loop.run());  // stopped before it began
  EXPECT_EQ(fired, 6);
}

TEST_P(Loops, TurnWaitsNoLongerThanItsDeadline) {
  const test::Waiting waiting("a turn with a deadline");
  const Timer never = Timer::once(loop, kNever, [] {});
  EXPECT_TRUE(*loop.turn(Deadline::after(Milliseconds(0))));
  const Clock::time_point start = Clock::now();
  EXPECT_TRUE(*loop.turn(Deadline::after(Milliseconds(10))));
  EXPECT_GE(Clock::now(), start + Milliseconds(10));
}

TEST_P(Loops, ThatMoveTakeTheirSourcesAlong) {
  int fired = 0;
  const Timer timer = Timer::once(loop, Milliseconds(1), [&] { ++fired; });
  const test::Waiting waiting("a timer of a loop that moved");
  Loop moved = std::move(loop);
  EXPECT_TRUE(*moved.run());
  EXPECT_EQ(fired, 1);
}

TEST(LoopOpen, SaysWhichBackendItLacks) {
  for (const Backend which : {Backend::poll, Backend::epoll, Backend::iocp}) {
    const std::vector<Backend> ours = backends();
    const bool has = std::find(ours.begin(), ours.end(), which) != ours.end();
    const Result<Loop> opened = Loop::open(which);
    EXPECT_EQ(opened.has_value(), has) << name_of(which);
    if (has) {
      EXPECT_EQ(opened->backend(), which);
    } else {
      EXPECT_EQ(opened.error().code, std::errc::not_supported);
    }
  }
  EXPECT_EQ(Loop::open()->backend(), backends().front());
}

// ---- posts ----

TEST_P(Loops, RunPostsInTheirOrder) {
  std::vector<int> order;
  for (int i = 0; i < 5; ++i) loop.post([&order, i] { order.push_back(i); });
  run("five posts");
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST_P(Loops, RunAPostOfAPostInTheNextTurn) {
  int outer = 0, inner = 0;
  loop.post([&] {
    ++outer;
    loop.post([&] { ++inner; });
  });
  const test::Waiting waiting("two posts");
  EXPECT_TRUE(*loop.turn());
  EXPECT_EQ(outer, 1);
  EXPECT_EQ(inner, 0);
  EXPECT_FALSE(*loop.turn());
  EXPECT_EQ(inner, 1);
}

TEST_P(Loops, TakeAHundredThousandPostsOfFourThreads) {
  constexpr int kThreads = 4, kEach = 25'000;
  std::vector<int> next(kThreads, 0);  // only this thread touches it
  int wrong = 0, done = 0;
  Hold hold(loop);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t, poster = loop.poster()] {
      for (int i = 0; i < kEach; ++i) {
        poster.post([&, t, i] {
          if (next[t]++ != i) ++wrong;
          if (++done == kThreads * kEach) hold.close();
        });
      }
    });
  }
  run("100,000 posts");
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(done, kThreads * kEach);
  EXPECT_EQ(wrong, 0) << "one thread's posts keep their order";
  EXPECT_LE(loop.counts().wakes, loop.counts().turns + 1) << "at most one wake-up a turn";
}

TEST_P(Loops, AreWokenOnceForAllThatIsPostedMeanwhile) {
  int done = 0;
  loop.post([&] {
    const std::uint64_t before = loop.counts().wakes;
    std::thread([&, poster = loop.poster()] {
      for (int i = 0; i < 1000; ++i) poster.post([&] { ++done; });
    }).join();  // the loop does not look in between: it is here
    EXPECT_EQ(loop.counts().wakes, before + 1);
  });
  run("1,000 posts");
  EXPECT_EQ(done, 1000);
}

TEST_P(Loops, ThatWaitAreWokenByAPost) {
  bool done = false;
  std::optional<Hold> hold(loop);
  std::thread poster;
  // The thread starts when the loop is about to wait for an hour.
  const Timer never = Timer::once(loop, kNever, [] { FAIL() << "nobody woke it"; });
  loop.post([&] {
    poster = std::thread([&, to = loop.poster()] {
      to.post([&] {
        done = true;
        loop.stop();
      });
    });
  });
  const test::Waiting waiting("a post into a loop that waits");
  EXPECT_FALSE(*loop.run());
  poster.join();
  EXPECT_TRUE(done);
}

TEST_P(Loops, ThatAreGoneRefusePosts) {
  const auto captured = std::make_shared<int>(0);
  std::optional<Loop> one(std::move(Loop::open(GetParam())).value());
  const Poster poster = one->poster();
  EXPECT_TRUE(poster.post([captured] { ++*captured; }));
  EXPECT_EQ(captured.use_count(), 2);
  one.reset();
  EXPECT_EQ(captured.use_count(), 1) << "what was not run is let go";
  EXPECT_FALSE(poster.post([captured] { ++*captured; }));
  EXPECT_EQ(captured.use_count(), 1);
  EXPECT_EQ(*captured, 0);
}

}  // namespace
}  // namespace proclab::loop
