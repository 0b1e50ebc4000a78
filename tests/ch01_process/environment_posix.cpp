// Tests of chapter 1 · environment on POSIX: bytes that nobody has checked.
#include <cstdlib>

#include <gtest/gtest.h>

#include "chapters/ch01_process/environment.h"

extern char** environ;

using namespace proclab;

namespace {

/// Puts another block in the place of the real one while it lives.
struct Block {
  explicit Block(std::vector<const char*> lines) : lines_(std::move(lines)), real_(environ) {
    lines_.push_back(nullptr);
    environ = const_cast<char**>(lines_.data());
  }
  ~Block() { environ = real_; }
  std::vector<const char*> lines_;
  char** real_;
};

}  // namespace

TEST(EnvironmentPosix, NamesDifferByCase) {
  ASSERT_TRUE(process::set_variable("ch01_Case", "a"));
  EXPECT_FALSE(process::get_variable("CH01_CASE")->has_value());
  ASSERT_TRUE(process::unset_variable("ch01_Case"));
}

TEST(EnvironmentPosix, ANameMayComeTwiceAndTheFirstCounts) {
  const Block block({"X=first", "Y=y", "X=second"});
  EXPECT_EQ(**process::get_variable("X"), "first");
  EXPECT_EQ(process::list_variables()->size(), 3u);
}

TEST(EnvironmentPosix, UnsetTakesAllOfThatName) {
  const Block block({"X=first", "Y=y", "X=second"});
  ASSERT_TRUE(process::unset_variable("X"));
  EXPECT_FALSE(process::get_variable("X")->has_value());
  EXPECT_EQ(process::list_variables()->size(), 1u);
}

TEST(EnvironmentPosix, OddLinesAreNoVariables) {
  const Block block({"no equals sign", "=C:=C:\\", "X=1=2", "="});
  const auto list = process::list_variables();
  ASSERT_EQ(list->size(), 1u);
  EXPECT_EQ(list->front().name, "X");
  EXPECT_EQ(list->front().value, "1=2");
  EXPECT_EQ(*process::odd_lines(), (std::vector<std::string>{"no equals sign", "=C:=C:\\", "="}));
}

TEST(EnvironmentPosix, NoBlockAtAllIsAnEmptyOne) {
  char** const real = environ;
  environ = nullptr;  // what clearenv(3) leaves
  EXPECT_TRUE(process::list_variables()->empty());
  EXPECT_TRUE(process::odd_lines()->empty());
  EXPECT_FALSE(process::get_variable("PATH")->has_value());
  environ = real;
}
