// tests/support · main of every test program.
#include <algorithm>
#include <optional>
#include <string_view>

#include <gtest/gtest.h>

#include "platform/self.h"
#include "tests/support/leaks.h"
#include "tests/support/scratch.h"

int main(int argc, char** argv) {
  if (!proclab::fill_std_slots()) return 125;
  proclab::test::keep_strangers_out();
  proclab::test::hear_every_signal();
  // A death test runs this program once more, to end in the middle: that one leaves things, in our folder.
  const bool to_die = std::any_of(argv, argv + argc, [](std::string_view word) {
    return word.starts_with("--gtest_internal_run_death_test=");
  });
  std::optional<proclab::test::Scratch> scratch;
  if (!to_die) scratch.emplace();
  ::testing::InitGoogleTest(&argc, argv);
  proclab::test::install_leak_guard();
  return RUN_ALL_TESTS();
}
