// tests/ch13 · who accepts from a shared socket leaves something for the others.
#include "chapters/ch13_cluster/appetite.h"

#include <gtest/gtest.h>

namespace proclab::cluster {
namespace {

const auto kStart = Clock::now();

/// How many of a thousand it takes in one moment, and keeps.
std::size_t takes(Appetite& appetite, std::size_t open, Clock::time_point now) {
  std::size_t taken = 0;
  while (taken < 1000 && !appetite.is_still(open + taken, now)) ++taken;
  return taken;
}

TEST(AppetiteTest, OfACrowdItTakesAFewAndLooksAwayForAMoment) {
  Appetite appetite;
  EXPECT_EQ(takes(appetite, 0, kStart), 4U);
  EXPECT_EQ(takes(appetite, 4, kStart), 0U);
  EXPECT_EQ(takes(appetite, 4, kStart + Appetite::kMoment), 4U);
}

TEST(AppetiteTest, WhoHasManyMayTakeMore) {
  Appetite appetite;
  EXPECT_EQ(takes(appetite, 800, kStart), 100U);
}

TEST(AppetiteTest, AConnectionForEachRequestIsNotHeldUp) {
  Appetite appetite;
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_FALSE(appetite.is_still(i % 3, kStart)) << "the same moment, and never many open";
  }
}

TEST(AppetiteTest, OneThatIsClosedMakesRoomAtOnce) {
  Appetite appetite;
  EXPECT_EQ(takes(appetite, 0, kStart), 4U);
  EXPECT_FALSE(appetite.is_still(3, kStart)) << "the same moment, but one has gone";
}

TEST(AppetiteTest, WhatWasClosedMayBeReplacedAndNoMore) {
  Appetite appetite;
  EXPECT_EQ(takes(appetite, 100, kStart), 12U);
  EXPECT_EQ(takes(appetite, 50, kStart), 6U) << "it counts from what is left";
}

}  // namespace
}  // namespace proclab::cluster
