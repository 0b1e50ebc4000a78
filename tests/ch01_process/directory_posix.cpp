// Tests of chapter 1 · directory on POSIX: it may be deep, and it may be gone.
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include "chapters/ch01_process/directory.h"

using namespace proclab;

TEST(DirectoryPosix, ARemovedDirectoryHasNoPath) {
  const std::string home = *process::current_directory();
  char place[] = "/tmp/ch01_gone_XXXXXX";
  ASSERT_NE(::mkdtemp(place), nullptr);
  ASSERT_TRUE(process::change_directory(place));
  ASSERT_EQ(::rmdir(place), 0);
  const auto path = process::current_directory();
  EXPECT_EQ(path ? std::error_code() : path.error().code, std::errc::no_such_file_or_directory);
  EXPECT_TRUE(process::change_directory(home));
}

TEST(DirectoryPosix, APathMayBeLongerThanAnyBuffer) {
  const std::string home = *process::current_directory();
  char place[] = "/tmp/ch01_deep_XXXXXX";
  ASSERT_NE(::mkdtemp(place), nullptr);
  ASSERT_TRUE(process::change_directory(place));
  const std::string name(200, 'd');
  for (int depth = 0; depth < 10; ++depth) {
    ASSERT_EQ(::mkdir(name.c_str(), 0700), 0);
    ASSERT_TRUE(process::change_directory(name));
  }
  const auto path = process::current_directory();
  EXPECT_TRUE(path && path->size() > 2000);
  for (int depth = 0; depth < 10; ++depth) {
    EXPECT_TRUE(process::change_directory(".."));
    EXPECT_EQ(::rmdir(name.c_str()), 0);
  }
  EXPECT_TRUE(process::change_directory(home));
  EXPECT_EQ(::rmdir(place), 0);
}
