// Tests of chapter 1 · title on Linux: the demo is the process whose title is set.
#include <gtest/gtest.h>

#include "chapters/ch01_process/title.h"
#include "tests/ch01_process/child_posix.h"
#include "tests/support/run.h"

#include "chapters/ch01_process/proc_linux.h"

using namespace proclab;

namespace {

/// An argument list of our own making, in one piece as the kernel lays it out.
struct Arguments {
  char area[16] = {'p', 'r', 'o', 'g', '\0', 'a', 'r', 'g', '\0', 'E', '=', 'e', '\0'};
  char* argv[3] = {area, area + 5, nullptr};
};

}  // namespace

TEST(Title, NeedsKeepArgsFirst) {
  const int code = test::code_of_child([] {
    if (process::title().error().code != std::errc::no_buffer_space) return 1;
    return process::set_title("x").error().code == std::errc::no_buffer_space ? 0 : 2;
  });
  EXPECT_EQ(code, 0);
}

TEST(Title, IsCutToTheArgumentsRoomAndNeverRunsOn) {
  const int code = test::code_of_child([] {
    static Arguments given;
    const auto args = process::keep_args(2, given.argv);
    if (args != std::vector<std::string>{"prog", "arg"}) return 1;
    if (*process::title() != "prog") return 2;
    if (!process::set_title("0123456789abcdef")) return 3;
    if (*process::title() != "01234567") return 4;
    if (given.area[8] != '\0') return 5;                 // the room's last byte
    if (std::string(given.area + 9) != "E=e") return 6;  // what lies behind it
    if (!process::set_title("ab") || *process::title() != "ab") return 7;
    for (int i = 2; i < 9; ++i) {
      if (given.area[i] != '\0') return 8;  // nothing of the longer title is left
    }
    if (args[1] != "arg") return 9;
    return process::set_title(std::string_view("a\0b", 3)).error().code ==
                   std::errc::invalid_argument
               ? 0
               : 10;
  });
  EXPECT_EQ(code, 0);
}

TEST(Title, CommIsCutTo15Bytes) {
  const int code = test::code_of_child([] {
    static char area[] = "a program with a long, long name";
    static char* argv[] = {area, nullptr};
    (void)process::keep_args(1, argv);
    if (!process::set_title("tea-warden: brewing")) return 1;
    return *process::read_proc("/proc/self/comm") == "tea-warden: bre\n" ? 0 : 2;
  });
  EXPECT_EQ(code, 0);
}

TEST(Title, OthersSeeItInCmdlineAndMainsArgvIsOverwritten) {
  const auto ran = test::run({test::program("ch01_title"), "a tea pot", "--with-a-lid"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("cmdline  tea-warden: brewing|\n"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("comm     tea-warden: bre\n"), std::string::npos);
  EXPECT_NE(ran.out.find("\"a tea pot\"; main's own argv[1] is overwritten"), std::string::npos);
}

TEST(Title, AProgramWithoutAnyArgumentHasNoRoom) {
  const int code = test::code_of_child([] {
    char* argv[] = {nullptr};
    if (!process::keep_args(0, argv).empty()) return 1;
    return process::set_title("x").error().code == std::errc::no_buffer_space ? 0 : 2;
  });
  EXPECT_EQ(code, 0);
}
