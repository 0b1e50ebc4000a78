// Tests of chapter 1 · what Windows lacks is said, not faked; and what its console has.
#include <gtest/gtest.h>

#include "chapters/ch01_process/ending.h"
#include "chapters/ch01_process/limits.h"
#include "chapters/ch01_process/title.h"
#include "chapters/ch01_process/umask.h"
#include "chapters/ch01_process/user.h"

using namespace proclab;

template <class T>
static void expect_absent(const Result<T>& result) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, std::errc::function_not_supported);
  EXPECT_FALSE(result.error().detail.empty()) << "the error must say what is missing";
}

TEST(Absent, UsersHaveANameButNoNumber) {
  EXPECT_FALSE(process::user_name()->empty());
  expect_absent(process::user_ids());
  expect_absent(process::supplementary_groups());
  expect_absent(process::group_name());
}

TEST(Absent, ThereIsNoUmask) {
  expect_absent(process::read_umask());
  expect_absent(process::set_umask(0));
  expect_absent(process::unsafe_read_umask());
}

TEST(Absent, LimitsAreAJobsNotAProcesss) {
  for (const auto limit : process::kAllLimits) {
    expect_absent(process::get_limit(limit));
    expect_absent(process::set_limit(limit, {}));
  }
}

TEST(Absent, ThereIsNoQuickExit) {
  expect_absent(process::at_quick_exit([] {}));
  EXPECT_EQ(process::quick_exit(0).code, std::errc::function_not_supported);
}

TEST(Title, IsTheConsolesOrAnError) {
  EXPECT_EQ(process::set_title(std::string_view("a\0b", 3)).error().code,
            std::errc::invalid_argument);
  const auto before = process::title();
  if (!before) {
    EXPECT_EQ(before.error().code, std::errc::no_such_device);
    EXPECT_EQ(process::set_title("x").error().code, std::errc::no_such_device);
    return;
  }
  ASSERT_TRUE(process::set_title("ch01 \xE4\xB8\x96"));
  EXPECT_EQ(*process::title(), "ch01 \xE4\xB8\x96");
  EXPECT_TRUE(process::set_title(*before));
}
