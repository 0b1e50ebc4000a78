// Tests of chapter 1 · scheduling.
#include <gtest/gtest.h>

#include "chapters/ch01_process/scheduling.h"
#include "tests/support/wine.h"

using namespace proclab;
using process::Scheduling;

TEST(SchedulingNames, AreThoseOfChrt) {
  EXPECT_EQ(process::scheduling_named("batch"), Scheduling::batch);
  EXPECT_EQ(process::scheduling_named("normal"), Scheduling::normal);
  EXPECT_FALSE(process::scheduling_named("fifo"));
  EXPECT_FALSE(process::scheduling_named(""));
}

TEST(Scheduling, IsSetAndReadAndSetBack) {
  ASSERT_TRUE(process::set_scheduling(Scheduling::batch));
  const Result<Scheduling> now = process::scheduling();
  ASSERT_TRUE(process::set_scheduling(Scheduling::normal));
  ASSERT_TRUE(now) << now.error().message();
  if (test::under_wine() && *now == Scheduling::normal) {
    GTEST_SKIP() << "Wine takes it, and answers no whenever it is asked";
  }
  EXPECT_EQ(*now, Scheduling::batch);
  EXPECT_EQ(*process::scheduling(), Scheduling::normal);
}
