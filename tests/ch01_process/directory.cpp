// Tests of chapter 1 · directory.
#include "chapters/ch01_process/directory.h"

#include <filesystem>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "platform/self.h"

using namespace proclab;
namespace fs = std::filesystem;

namespace {

/// A fresh directory, and back to the old one at the end.
class Directory : public ::testing::Test {
 protected:
  void SetUp() override {
    home_ = *process::current_directory();
    place_ = fs::canonical(fs::temp_directory_path()) /
             ("ch01_directory_" +
              std::to_string(std::hash<std::thread::id>{}(std::this_thread::get_id()) % 100'000) +
              std::to_string(reinterpret_cast<std::uintptr_t>(this) % 100'000));
    fs::create_directories(place_ / "inner");
  }
  void TearDown() override {
    EXPECT_TRUE(process::change_directory(home_));
    fs::remove_all(place_);
  }
  std::string home_;
  fs::path place_;
};

}  // namespace

TEST_F(Directory, ChangesAndTellsWhere) {
  ASSERT_TRUE(process::change_directory(place_.string()));
  EXPECT_EQ(fs::path(*process::current_directory()), place_);
  ASSERT_TRUE(process::change_directory("inner"));
  EXPECT_EQ(fs::path(*process::current_directory()), place_ / "inner");
  ASSERT_TRUE(process::change_directory(".."));
  EXPECT_EQ(fs::path(*process::current_directory()), place_);
}

TEST_F(Directory, IsOneForAllThreads) {
  std::thread other([&] { EXPECT_TRUE(process::change_directory(place_.string())); });
  other.join();
  EXPECT_EQ(fs::path(*process::current_directory()), place_);
}

TEST_F(Directory, BadPathsAreErrorsAndChangeNothing) {
  const auto error = [](const std::string& path) {
    return process::change_directory(path).error().code;
  };
  EXPECT_EQ(error((place_ / "missing").string()), std::errc::no_such_file_or_directory);
  EXPECT_EQ(error(""), std::errc::no_such_file_or_directory);
  EXPECT_EQ(error(std::string("/\0x", 3)), std::errc::invalid_argument);
  EXPECT_EQ(*process::current_directory(), home_);
}

TEST_F(Directory, AFileIsNoDirectory) {
  const auto result = process::change_directory(*self_path());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, std::errc::not_a_directory) << result.error().message();
}
