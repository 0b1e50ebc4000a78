// tests/platform · deadlines: what they give to poll(2).
#include "platform/clock.h"

#include <gtest/gtest.h>

namespace proclab {
namespace {

using namespace std::chrono_literals;

TEST(Deadline, NeverIsMinusOneAndNeverPasses) {
  EXPECT_EQ(Deadline::never().poll_timeout(), -1);
  EXPECT_EQ(Deadline().poll_timeout(), -1);
  EXPECT_FALSE(Deadline::never().passed());
}

TEST(Deadline, IsZeroOncePassed) {
  EXPECT_EQ(Deadline::after(-1h).poll_timeout(), 0);
  EXPECT_EQ(Deadline::after(0ms).poll_timeout(), 0);
  EXPECT_TRUE(Deadline::after(0ms).passed());
}

TEST(Deadline, RoundsUpSoThatNoWaitEndsEarly) {
  // While it has not passed there is at least one millisecond to wait: with rounding down, the last
  // fraction of one would be a loop that burns the processor.
  const Deadline soon = Deadline::after(20ms);
  int seen = 0;
  for (;;) {
    const int timeout = soon.poll_timeout();
    if (timeout == 0) break;
    ASSERT_GT(timeout, 0);
    ASSERT_LE(timeout, 20);
    ++seen;
  }
  EXPECT_TRUE(soon.passed()) << "0 was given before the time";
  EXPECT_GT(seen, 0);
}

TEST(Deadline, FitsAnInt) {
  EXPECT_EQ(Deadline::after(24h * 365).poll_timeout(), 1 << 30);
  EXPECT_FALSE(Deadline::after(24h * 365).passed());
}

TEST(Deadline, SurvivesTheLongestSpanThereIs) {
  const Deadline far = Deadline::after(Milliseconds::max());
  EXPECT_FALSE(far.passed());
  EXPECT_GT(far.poll_timeout(), 0);
}

}  // namespace
}  // namespace proclab
