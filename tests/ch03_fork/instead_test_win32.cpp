// tests/ch03 · what stands in fork's place on Windows, by the demo that shows it.
#include <gtest/gtest.h>

#include "tests/support/run.h"

using namespace proclab;

TEST(InsteadOfFork, AFreshProcessHasOnlyWhatItWasGiven) {
  const test::Ran ran = test::run({test::program("ch03_instead")});
  const std::string out = test::unix_lines(ran.out);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(out.find("the child has the parent's variable:          no\n"), std::string::npos)
      << out;
  EXPECT_NE(out.find("the handle that was not listed: no\n"), std::string::npos) << out;
}

TEST(InsteadOfFork, ASectionIsSharedNotCopied) {
  const test::Ran ran = test::run({test::program("ch03_instead")});
  EXPECT_NE(ran.out.find("42 by the parent, then 43 by the child"), std::string::npos) << ran.out;
}
