// tests/ch13 · when is it no use to try again?
#include "chapters/ch13_cluster/backoff.h"

#include <gtest/gtest.h>

namespace proclab::cluster {
namespace {

using std::chrono::hours;

TEST(Backoff, ThePauseDoublesAndThenItIsOver) {
  Backoff backoff;
  for (const int pause : {100, 200, 400, 800}) {
    EXPECT_EQ(backoff.ended({Milliseconds(1), false}), Milliseconds(pause));
  }
  EXPECT_EQ(backoff.ended({Milliseconds(1), false}), std::nullopt);
  EXPECT_EQ(backoff.ended({Milliseconds(1), false}), std::nullopt);
}

TEST(Backoff, OneThatLivedStartsTheCountAnew) {
  Backoff backoff;
  for (int i = 0; i < 3; ++i) (void)backoff.ended({Milliseconds(1), true});
  EXPECT_EQ(backoff.ended({hours(1), true}), Milliseconds(0));
  EXPECT_EQ(backoff.ended({Milliseconds(1), true}), Milliseconds(100));
}

TEST(Backoff, AnOldOneThatNeverServedIsAFailureToo) {
  Backoff backoff;
  EXPECT_EQ(backoff.ended({hours(1), false}), Milliseconds(100));
}

TEST(Backoff, WhoServedAndWasKilledFromOutsideDoesNotCount) {
  Backoff backoff;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(backoff.ended({Milliseconds(1), true, true}), Milliseconds(100));
  }
  EXPECT_EQ(backoff.deaths(), 0U);
  EXPECT_EQ(backoff.ended({Milliseconds(1), false, true}), Milliseconds(100));
  EXPECT_EQ(backoff.deaths(), 1U) << "it never served";
}

TEST(Backoff, ThePauseHasALimit) {
  Backoff backoff({.most = 1'000'000});
  for (int i = 0; i < 100'000; ++i) (void)backoff.ended({});
  EXPECT_EQ(backoff.ended({}), Milliseconds(5'000));
  Backoff none({.most = 0});
  EXPECT_EQ(none.ended({}), std::nullopt);
}

}  // namespace
}  // namespace proclab::cluster
