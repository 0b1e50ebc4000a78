// Tests of chapter 1 · umask on Linux: reading it, and the twin that breaks.
#include <gtest/gtest.h>

#include "chapters/ch01_process/umask.h"
#include "tests/ch01_process/child_posix.h"
#include "tests/support/run.h"

using namespace proclab;

TEST(Umask, WhatWasSetIsRead) {
  const int code = test::code_of_child([] {
    for (const std::uint32_t mask : {0U, 022U, 077U, 0777U, 027U}) {
      if (!process::set_umask(mask)) return 1;
      if (*process::read_umask() != mask) return 2;
      if (*process::unsafe_read_umask() != mask) return 3;
      if (*process::read_umask() != mask) return 4;
    }
    return *process::set_umask(0) == 027 ? 0 : 5;
  });
  EXPECT_EQ(code, 0);
}

TEST(Umask, BitsOutside0777AreRefused) {
  const auto before = process::read_umask();
  EXPECT_EQ(process::set_umask(01000).error().code, std::errc::invalid_argument);
  EXPECT_EQ(process::set_umask(0xFFFFFFFF).error().code, std::errc::invalid_argument);
  EXPECT_EQ(*process::read_umask(), *before);
}

TEST(Umask, ReadBySwappingLetsAFileThrough) {
  test::RunOptions options;
  options.deadline = Milliseconds(60'000);
  const auto ran = test::run({test::program("ch01_umask"), "--unsafe"}, options);
  EXPECT_EQ(ran.out, "read by swapping: a file came out with 0666\n") << ran.err;
}

TEST(Umask, ReadFromProcLetsNoFileThrough) {
  const auto ran = test::run({test::program("ch01_umask"), "--safe"});
  EXPECT_EQ(ran.out, "read from /proc: every file came out with 0600\n") << ran.err;
}
