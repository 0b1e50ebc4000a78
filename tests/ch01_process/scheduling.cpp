// Tests of chapter 1 · scheduling.
#include <gtest/gtest.h>

#include "chapters/ch01_process/scheduling.h"

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
  if (!now && now.error().code == std::errc::function_not_supported) {
    GTEST_SKIP() << "Wine's GetProcessPriorityBoost is missing: " << now.error().message();
  }
  ASSERT_TRUE(now) << now.error().message();
  EXPECT_EQ(*now, Scheduling::batch);
  EXPECT_EQ(*process::scheduling(), Scheduling::normal);
}
