// Tests of chapter 1 · usage: what holds on both systems.
#include "chapters/ch01_process/usage.h"
#include "chapters/ch01_process/identity.h"

#include <gtest/gtest.h>

#include "tests/ch01_process/shown.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

using namespace proclab;

TEST(Usage, MemoryIsInAnOrder) {
  const auto memory = process::memory();
  ASSERT_TRUE(memory) << memory.error().message();
  EXPECT_GT(memory->resident, 0u);
  EXPECT_GE(memory->peak_resident, memory->resident);
  EXPECT_GT(memory->address_space, 0u);
}

TEST(Usage, WorkCostsUserTime) {
  const test::Waiting waiting("10 ms of user time");
  const auto before = process::cpu_time();
  ASSERT_TRUE(before);
  volatile unsigned sink = 0;
  while (process::cpu_time()->user - before->user < std::chrono::milliseconds(10)) {
    for (unsigned i = 0; i < 1'000'000; ++i) sink = sink + i;
  }
  EXPECT_GE(process::cpu_time()->system, before->system);
}

TEST(Usage, AnotherProcessIsLookedAtLikeOneself) {
  const auto own = process::usage_of(process::pid());
  if (!own && own.error().code == std::errc::function_not_supported) GTEST_SKIP() << "not on macOS";
  ASSERT_TRUE(own) << own.error().message();
  EXPECT_GT(own->resident, 0u);
  const auto after = process::cpu_time();
  ASSERT_TRUE(after);
  EXPECT_LE(own->cpu, after->user + after->system + std::chrono::milliseconds(20)) << "two ticks";
  const auto nobody = process::usage_of(static_cast<Pid>(0x3FFFFFFF));
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, std::errc::no_such_process);
}

TEST(Usage, HrtimeOnlyGoesForward) {
  auto last = process::hrtime();
  for (int i = 0; i < 10'000; ++i) {
    const auto now = process::hrtime();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(Usage, AChildIsYoungerThanItsParent) {
  const auto first = process::uptime();
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_GE(first->count(), 0);
  const auto ran = test::run({test::program("ch01_whoami")});
  const auto age = test::number_after(ran.out, "started");
  ASSERT_GE(age, 0) << ran.out;
  EXPECT_LE(std::chrono::milliseconds(age), *process::uptime());
  EXPECT_GE(*process::uptime(), *first);
}
