// Tests of chapter 1 · directory on Windows: the hidden variable of the drive.
#include <gtest/gtest.h>

#include "chapters/ch01_process/directory.h"
#include "chapters/ch01_process/environment.h"

using namespace proclab;

TEST(DirectoryWindows, TheDrivesHiddenVariableFollows) {
  const std::string home = *process::current_directory();
  ASSERT_TRUE(process::change_directory("C:\\windows"));
  const auto lines = process::odd_lines();
  ASSERT_TRUE(lines);
  bool found = false;
  for (const std::string& line : *lines) {
    found |= line.starts_with("=C:=C:\\") && line.size() == 14;
  }
  EXPECT_TRUE(found);
  EXPECT_TRUE(process::change_directory(home));
}
