// tests/ch09 · the log, on every system.
#include "chapters/ch09_daemon/log.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/ch09_daemon/scene.h"

namespace proclab::daemon {
namespace {

TEST(LogTest, GoesOnInTheOldFileUntilItIsReopened) {
  const Folder folder;
  const std::string path = folder.file("log"), old = folder.file("log.1");
  Log log = Log::open(path).value();
  ASSERT_TRUE(log.line("one"));
  std::filesystem::rename(path, old);  // logrotate; Windows: our handle allows it
  ASSERT_TRUE(log.line("two"));
  EXPECT_FALSE(exists(path));
  ASSERT_TRUE(log.reopen());
  ASSERT_TRUE(log.line("three"));
  EXPECT_EQ(read_file(old), "one\ntwo\n");
  EXPECT_EQ(read_file(path), "three\n");
}

TEST(LogTest, NoLineIsLostOrDoubledByManyRotations) {
  const Folder folder;
  const std::string path = folder.file("log");
  Log log = Log::open(path).value();
  std::string all;
  int line = 0;
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 7; ++i) ASSERT_TRUE(log.line("line " + std::to_string(line++)));
    const std::string old = folder.file("log." + std::to_string(round));
    std::filesystem::rename(path, old);
    ASSERT_TRUE(log.line("line " + std::to_string(line++)));
    ASSERT_TRUE(log.reopen());
    all += read_file(old);
  }
  all += read_file(path);
  std::string wanted;
  for (int i = 0; i < line; ++i) wanted += "line " + std::to_string(i) + "\n";
  EXPECT_EQ(all, wanted);
}

TEST(LogTest, WhatCannotBeOpenedAnewIsKept) {
  const Folder folder;
  const std::string sub = folder.file("sub");
  std::filesystem::create_directory(sub);
  const std::string path = sub + (kWindows ? "\\log" : "/log");
  Log log = Log::open(path).value();
  ASSERT_TRUE(log.line("one"));
  if (kWindows) {
    EXPECT_TRUE(log.reopen());  // a folder with an open file cannot be renamed there
    return;
  }
  std::filesystem::rename(sub, folder.file("gone"));
  EXPECT_EQ(log.reopen().error().code, std::errc::no_such_file_or_directory);
  EXPECT_TRUE(log.line("two"));
  EXPECT_EQ(read_file(folder.file("gone/log")), "one\ntwo\n");
}

TEST(LogTest, ErrorsAtTheBeginning) {
  const Folder folder;
  EXPECT_EQ(Log::open(folder.file("no/log")).error().code, std::errc::no_such_file_or_directory);
  EXPECT_FALSE(Log::open(folder.path()));
  Log none = Log::open("").value();
  EXPECT_TRUE(none.line("nobody reads this"));
  EXPECT_TRUE(none.reopen());
}

}  // namespace
}  // namespace proclab::daemon
