// tests/ch03 · copy.h's contract on both systems: where there is no fork, it says so.
#include <gtest/gtest.h>

#include "chapters/ch03_fork/copy.h"

using namespace proclab;

TEST(Copy, EndsWithWhatTheFunctionReturnedOrSaysThatThereIsNoFork) {
  Result<fork::Copy> copy = fork::start_copy([] { return 7; });
  if (kWindows) {
    ASSERT_FALSE(copy);
    EXPECT_EQ(copy.error().code, std::errc::function_not_supported);
    EXPECT_NE(copy.error().detail.find("CreateProcessW"), std::string::npos);
    return;
  }
  ASSERT_TRUE(copy) << copy.error().message();
  const Result<fork::CopyEnd> end = copy->wait();
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, (fork::CopyEnd{7, 0}));
}

TEST(Copy, AskingOneOnASystemWithoutForkSaysSoToo) {
  const Result<fork::Answer> answer = fork::ask_copy([](NativeHandle) { return 0; });
  EXPECT_EQ(answer.has_value(), !kWindows);
  if (!answer) {
    EXPECT_EQ(answer.error().code, std::errc::function_not_supported);
  }
}
