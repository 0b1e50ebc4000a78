// tests/support · main of every test program.
#include <gtest/gtest.h>

#include "platform/self.h"
#include "tests/support/leaks.h"

int main(int argc, char** argv) {
  if (!proclab::fill_std_slots()) return 125;
  proclab::test::keep_strangers_out();
  proclab::test::hear_every_signal();
  ::testing::InitGoogleTest(&argc, argv);
  proclab::test::install_leak_guard();
  return RUN_ALL_TESTS();
}
