// tests/ch09 · the log when the disk is full, and when no descriptor is left.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "chapters/ch09_daemon/log.h"
#include "tests/ch09_daemon/in_a_fork_posix.h"
#include "tests/ch09_daemon/scene.h"

namespace proclab::daemon {
namespace {

TEST(LogLinux, AFullDiskIsAnErrorAndCounted) {
  Log log = Log::open("/dev/full").value();
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(log.line("lost").error().code, std::errc::no_space_on_device);
    EXPECT_EQ(log.missing(), static_cast<unsigned>(i));
  }
}

TEST(LogLinux, WhatIsMissingIsSaidOnceThereIsRoomAgain) {
  const Folder folder;
  const std::string full = folder.file("log");
  ASSERT_EQ(::symlink("/dev/full", full.c_str()), 0);
  Log log = Log::open(full).value();
  EXPECT_FALSE(log.line("one"));
  EXPECT_FALSE(log.line("two"));
  ASSERT_EQ(::unlink(full.c_str()), 0);
  ASSERT_TRUE(log.reopen());
  ASSERT_TRUE(log.line("three"));
  EXPECT_EQ(read_file(full), "(lines missing here: 2)\nthree\n");
  EXPECT_EQ(log.missing(), 0U);
}

TEST(LogLinux, ATornLineIsEndedBeforeTheNext) {
  const Folder folder;
  const std::string path = folder.file("log");
  EXPECT_EQ(in_a_fork([&] {
              Log log = Log::open(path).value();
              const rlimit ten{10, RLIM_INFINITY}, free{RLIM_INFINITY, RLIM_INFINITY};
              ::setrlimit(RLIMIT_FSIZE, &ten);  // room for ten bytes
              const bool lost = !log.line("a line of more than that");
              ::setrlimit(RLIMIT_FSIZE, &free);
              return lost && log.line("whole") ? 0 : 1;
            }),
            0);
  EXPECT_EQ(read_file(path), "a line of \n(lines missing here: 1)\nwhole\n");
}

TEST(LogLinux, NoDescriptorLeftToReopenWith) {
  const Folder folder;
  const std::string path = folder.file("log");
  EXPECT_EQ(in_a_fork([&] {
              Log log = Log::open(path).value();
              const rlimit none{3, 3};
              ::setrlimit(RLIMIT_NOFILE, &none);
              if (log.reopen().error().code != std::errc::too_many_files_open) return 1;
              return log.line("still here") ? 0 : 2;
            }),
            0);
  EXPECT_EQ(read_file(path), "still here\n");
}

TEST(LogLinux, StandardOutputGoesAlongAlsoAfterARotation) {
  const Folder folder;
  const std::string path = folder.file("log"), old = folder.file("log.1");
  EXPECT_EQ(in_a_fork([&] {
              Log log = Log::open(path).value();
              if (!log.take_output()) return 1;
              if (::write(1, "out\n", 4) != 4) return 2;
              ::rename(path.c_str(), old.c_str());
              if (!log.reopen()) return 3;
              return ::write(2, "err\n", 4) == 4 && log.line("line") ? 0 : 4;
            }),
            0);
  EXPECT_EQ(read_file(old), "out\n");
  EXPECT_EQ(read_file(path), "err\nline\n");
}

}  // namespace
}  // namespace proclab::daemon
