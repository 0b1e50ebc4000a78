// tests/ch08 · the reaper, on every system.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "chapters/ch08_reaping/reaper.h"
#include "chapters/ch08_reaping/watch.h"
#include "tests/ch08_reaping/children.h"
#include "tests/support/deadline.h"

namespace proclab::reaping {
namespace {

using test::Waiting;
using Keys = std::vector<Reaper::Key>;

const Deadline kAtOnce = Deadline::after(Milliseconds(0));

/// The next `count` that are told, sorted.
Keys told(Reaper& reaper, std::size_t count) {
  Keys keys(count);
  for (std::size_t have = 0; have < count;) {
    const Result<std::size_t> more = reaper.next(std::span(keys).subspan(have));
    if (!more) return {};
    have += *more;
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::size_t told_at_once(Reaper& reaper) {
  std::array<Reaper::Key, 4> keys{};
  return *reaper.next(keys, kAtOnce);
}

bool ready(const Reaper& reaper) { return *wait_ended(reaper.native(), kAtOnce); }

TEST(Reaper, TellsExactlyThoseThatHaveEnded) {
  const Waiting waiting("three of ten children");
  Result<Reaper> reaper = Reaper::make();
  ASSERT_TRUE(reaper);
  std::vector<Sleeper> children;
  for (Reaper::Key key = 0; key < 10; ++key) {
    children.push_back(sleeper());  // moves them about: the reaper does not mind
    ASSERT_TRUE(reaper->watch(children.back().process, key));
  }
  EXPECT_EQ(reaper->watched(), 10U);
  EXPECT_EQ(told_at_once(*reaper), 0U);
  EXPECT_FALSE(ready(*reaper));
  for (const std::size_t key : {7U, 2U, 5U}) children[key].wake();
  EXPECT_EQ(told(*reaper, 3), (Keys{2, 5, 7}));
  EXPECT_EQ(told_at_once(*reaper), 0U) << "each is told once";
  EXPECT_FALSE(ready(*reaper));
  EXPECT_EQ(reaper->watched(), 7U);
  for (Sleeper& child : children) child.wake();
  for (Sleeper& child : children) EXPECT_TRUE(child.process.wait()->success());
}

TEST(Reaper, TheStatusStaysWithTheProcess) {
  const Waiting waiting("a child that exits");
  Result<Reaper> reaper = Reaper::make();
  spawn::Process child = exits_with(42);
  ASSERT_TRUE(reaper->watch(child, 1));
  EXPECT_EQ(told(*reaper, 1), (Keys{1}));
  EXPECT_EQ(child.try_wait()->value().code, 42U);
}

TEST(Reaper, ItsHandleIsReadyUntilAllAreTold) {
  const Waiting waiting("two children that exit");
  Result<Reaper> reaper = Reaper::make();
  std::vector<spawn::Process> children;
  for (Reaper::Key key = 0; key < 2; ++key) {
    children.push_back(exits_with(0));
    const Result<Handle> watched = watch(children.back());
    ASSERT_TRUE(reaper->watch(children.back(), key));
    ASSERT_TRUE(*wait_ended(watched->get()));
  }
  std::set<Reaper::Key> keys;
  for (int i = 0; i < 2; ++i) {  // with room for one key only
    ASSERT_TRUE(*wait_ended(reaper->native(), Deadline::never()));
    keys.insert(told(*reaper, 1).front());
  }
  EXPECT_EQ(keys.size(), 2U);
  EXPECT_FALSE(ready(*reaper));
  for (spawn::Process& child : children) EXPECT_TRUE(child.wait());
}

TEST(Reaper, TouchesNobodyElsesChild) {
  const Waiting waiting("a watched child, and one that is not");
  Result<Reaper> reaper = Reaper::make();
  spawn::Process mine = exits_with(1), yours = exits_with(2);
  const Result<Handle> both_ended = watch(yours);
  ASSERT_TRUE(*wait_ended(both_ended->get()));
  ASSERT_TRUE(reaper->watch(mine, 9));
  EXPECT_EQ(told(*reaper, 1), (Keys{9}));
  EXPECT_EQ(told_at_once(*reaper), 0U);
  EXPECT_EQ(yours.wait()->code, 2U);
  EXPECT_EQ(mine.wait()->code, 1U);
}

TEST(Reaper, TwoOfThemLiveBesideEachOther) {
  const Waiting waiting("two children of two reapers");
  Result<Reaper> one = Reaper::make(), two = Reaper::make();
  spawn::Process first = exits_with(1), second = exits_with(2);
  ASSERT_TRUE(one->watch(first, 1));
  ASSERT_TRUE(two->watch(second, 2));
  EXPECT_EQ(told(*two, 1), (Keys{2}));
  EXPECT_EQ(told(*one, 1), (Keys{1}));
  EXPECT_EQ(first.wait()->code, 1U);
  EXPECT_EQ(second.wait()->code, 2U);
}

TEST(Reaper, WhatIsForgottenIsNotTold) {
  const Waiting waiting("a child that exits");
  Result<Reaper> reaper = Reaper::make();
  spawn::Process child = exits_with(0);
  ASSERT_TRUE(reaper->watch(child, 1));
  ASSERT_TRUE(*wait_ended(reaper->native(), Deadline::never()));  // it could be told by now
  reaper->forget(1);
  reaper->forget(77);  // nobody
  EXPECT_EQ(told_at_once(*reaper), 0U);
  EXPECT_FALSE(ready(*reaper));
  EXPECT_TRUE(child.wait()->success());
}

TEST(Reaper, AKeyIsCarriedAndMayBeGivenTwice) {
  const Waiting waiting("children with one key");
  Result<Reaper> reaper = Reaper::make();
  spawn::Process one = exits_with(1), two = exits_with(2);
  ASSERT_TRUE(reaper->watch(one, 5));
  ASSERT_TRUE(reaper->watch(two, 5));
  EXPECT_EQ(reaper->watched(), 2U);
  EXPECT_EQ(told(*reaper, 2), (Keys{5, 5}));
  spawn::Process next = exits_with(3);
  ASSERT_TRUE(reaper->watch(next, 5));
  EXPECT_EQ(told(*reaper, 1), (Keys{5}));
  EXPECT_EQ(reaper->watched(), 0U);
  EXPECT_TRUE(one.wait() && two.wait() && next.wait());
}

TEST(Reaper, WhoHasAForgottenKeyIsForgottenAndNobodyElse) {
  const Waiting waiting("children that are woken");
  Result<Reaper> reaper = Reaper::make();
  std::vector<Sleeper> children;
  for (const Reaper::Key key : Keys{1, 2, 1, 3}) {
    children.push_back(sleeper());
    ASSERT_TRUE(reaper->watch(children.back().process, key));
  }
  reaper->forget(1);
  EXPECT_EQ(reaper->watched(), 2U);
  for (Sleeper& child : children) child.wake();
  EXPECT_EQ(told(*reaper, 2), (Keys{2, 3}));
  for (Sleeper& child : children) EXPECT_TRUE(child.process.wait()->success());
  EXPECT_EQ(told_at_once(*reaper), 0U);
}

TEST(Reaper, RefusesWhatItCannotTell) {
  Result<Reaper> reaper = Reaper::make();
  EXPECT_EQ(reaper->next({}, kAtOnce).error().code, std::errc::invalid_argument);
  spawn::Process child = exits_with(0);
  ASSERT_TRUE(child.wait());
  EXPECT_EQ(reaper->watch(child, 1).error().code, std::errc::no_child_process);
}

}  // namespace
}  // namespace proclab::reaping
