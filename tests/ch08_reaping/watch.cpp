// tests/ch08 · watching one child, and sharing one, on every system.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "chapters/ch08_reaping/shared_child.h"
#include "chapters/ch08_reaping/watch.h"
#include "tests/ch08_reaping/children.h"
#include "tests/support/deadline.h"

namespace proclab::reaping {
namespace {

using test::Waiting;

TEST(Watch, IsReadyWhenTheChildHasEndedAndForEver) {
  const Waiting waiting("a sleeper that was woken");
  Sleeper child = sleeper();
  const Result<Handle> watched = watch(child.process);
  ASSERT_TRUE(watched);
  EXPECT_FALSE(*wait_ended(watched->get(), Deadline::after(Milliseconds(5))));
  child.wake();
  EXPECT_TRUE(*wait_ended(watched->get()));
  EXPECT_TRUE(child.process.wait()->success()) << "the status was still there";
  EXPECT_TRUE(*wait_ended(watched->get())) << "ready also after the child was reaped";
}

TEST(Watch, OneThatHasEndedAlready) {
  const Waiting waiting("a child that exits");
  spawn::Process child = exits_with(4);
  for (int i = 0; i < 2; ++i) {
    const Result<Handle> watched = watch(child);
    ASSERT_TRUE(watched);
    EXPECT_TRUE(*wait_ended(watched->get()));
  }
  EXPECT_EQ(child.wait()->code, 4U);
}

TEST(Watch, OfAChildThatWasWaitedForThereIsNothing) {
  const Waiting waiting("a child that exits");
  spawn::Process child = exits_with(0);
  ASSERT_TRUE(child.wait());
  EXPECT_EQ(watch(child).error().code, std::errc::no_child_process);
}

TEST(SharedChild, AllWhoWaitAreToldTheSame) {
  const Waiting waiting("eight threads that wait for one child");
  Sleeper child = sleeper();
  auto shared = SharedChild::take(child.process);
  ASSERT_TRUE(shared);
  std::atomic<int> told{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { told += (*shared)->wait()->success() ? 1 : 0; });
  }
  child.wake();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(told, 8);
  EXPECT_TRUE((*shared)->wait()->success());
}

TEST(SharedChild, SignalsFromOtherThreadsEndWithTheReaping) {
  const Waiting waiting("a child that several threads signal while others wait");
  for (int round = 0; round < (kWindows ? 3 : 50); ++round) {
    Sleeper child = sleeper();
    auto shared = SharedChild::take(child.process);
    ASSERT_TRUE(shared);
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] { wrong += (*shared)->wait()->signal == spawn::kKill ? 0 : 1; });
      threads.emplace_back([&] {  // until it is told that there is nobody any more
        for (Result<void> sent; sent; sent = (*shared)->kill(spawn::kKill)) {
          std::this_thread::yield();  // a mutex is not fair: who waits for it shall get it, too
        }
        wrong += (*shared)->kill().error().code == std::errc::no_such_process ? 0 : 1;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
  }
}

TEST(SharedChild, ADeadlineThatPassesChangesNothing) {
  const Waiting waiting("a sleeper that was woken");
  Sleeper child = sleeper();
  auto shared = SharedChild::take(child.process);
  ASSERT_TRUE(shared);
  EXPECT_EQ(*(*shared)->wait_until(Deadline::after(Milliseconds(5))), std::nullopt);
  child.wake();
  EXPECT_TRUE((*shared)->wait()->success());
}

TEST(TwoThreads, EachGetsTheStatusOfItsOwnChild) {
  const Waiting waiting("two threads with a child each");
  for (int round = 0; round < (kWindows ? 2 : 50); ++round) {
    std::vector<std::thread> threads;
    std::atomic<int> right{0};
    for (int code : {11, 22}) {
      threads.emplace_back([&right, code] {
        spawn::Process child = exits_with(code);
        right += child.wait()->code == static_cast<unsigned>(code) ? 1 : 0;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(right, 2);
  }
}

}  // namespace
}  // namespace proclab::reaping
