// tests/platform · self_path is this test program's own file.
#include "platform/self.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace proclab {
namespace {

TEST(Self, PathIsThisProgramsFile) {
  const Result<std::string> path = self_path();
  ASSERT_TRUE(path) << path.error().message();
  EXPECT_TRUE(std::filesystem::u8path(*path).is_absolute());
  EXPECT_TRUE(std::filesystem::equivalent(std::filesystem::u8path(*path),
                                          std::filesystem::u8path(test::program("platform_test"))));
}

TEST(Self, ArgumentsArriveAsUtf8) {
  EXPECT_EQ(test::run({test::program("probe"), "echo", "你好", "é", "😀"}).out, "你好 é 😀\n");
}

TEST(Self, FillingFullSlotsChangesNothing) {
  EXPECT_TRUE(fill_std_slots());  // the leak guard sees it if it does
}

}  // namespace
}  // namespace proclab
