// tests/support · the deadline names the test that hung and whom it waited for.
#include <gtest/gtest.h>

#include "tests/support/deadline.h"
#include "tests/support/gate.h"

namespace proclab::test {
namespace {

TEST(WaitingDeathTest, NamesWhomItWaitedForAndTheTest) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_DEATH(
      {
        const Waiting waiting("a gate nobody opens", Milliseconds(50));
        Gate gate;
        (void)gate.wait(Milliseconds(60'000));
      },
      "deadline: waited 50 ms for a gate nobody opens "
      "\\(WaitingDeathTest.NamesWhomItWaitedForAndTheTest\\)");
}

TEST(Waiting, GoesQuietlyWhenAllIsWell) {
  for (int i = 0; i < 50; ++i) const Waiting waiting("nothing");
}

TEST(Gate, StaysOpenForAllWhoCome) {
  Gate gate;
  EXPECT_FALSE(gate.wait(Milliseconds(0)));
  gate.open();
  EXPECT_TRUE(gate.wait());
  EXPECT_TRUE(gate.wait());
  gate.open();
  EXPECT_TRUE(gate.wait());
}

}  // namespace
}  // namespace proclab::test
