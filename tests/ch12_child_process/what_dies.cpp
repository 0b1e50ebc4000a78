// tests/ch12 · what dies with a parent, and what does not: the demo's table, line by line.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace proclab::child_process {
namespace {

std::string fate_of(const std::string& way) {
  const test::Ran ran =
      test::run({test::program("ch12_what_dies"), way}, {.deadline = Milliseconds(60'000)});
  return test::unix_lines(ran.out) + ran.err;
}
constexpr const char* kLives = "lives on\n";
constexpr const char* kEnds = "ends\n";

TEST(WhatDies, AChildThatHasNothingOfItsParents) {
  EXPECT_EQ(fate_of("waits"), kWindows ? kEnds : kLives);
}
TEST(WhatDies, WhoWritesToItsPipe) { EXPECT_EQ(fate_of("writes"), kEnds); }
TEST(WhatDies, WhoReadsItsPipe) { EXPECT_EQ(fate_of("reads"), kEnds); }
TEST(WhatDies, WhoHasOnlyItsChannel) { EXPECT_EQ(fate_of("listens"), kEnds); }
TEST(WhatDies, WhoHasMoreToDoThanItsChannel) {
  EXPECT_EQ(fate_of("serves"), kWindows ? kEnds : kLives);
}
TEST(WhatDies, ATree) { EXPECT_EQ(fate_of("tree"), kWindows ? kEnds : kLives); }
TEST(WhatDies, NotWhatIsDetached) { EXPECT_EQ(fate_of("detached"), kLives); }

}  // namespace
}  // namespace proclab::child_process
