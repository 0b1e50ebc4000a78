// Tests of chapter 1 · identity on Linux: who is the parent after the parent has ended?
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch01_process/proc_linux.h"
#include "tests/ch01_process/child_posix.h"

using namespace proclab;

TEST(Identity, AnOrphanGetsAnotherParent) {
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);  // else init would adopt it, out of our sight
  int gate[2], report[2];
  ASSERT_EQ(::pipe2(gate, O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(report, O_CLOEXEC), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::fork() == 0) {
      char byte;
      (void)!::read(gate[0], &byte, 1);  // until the child is gone, and waited for
      const Pid parent = *process::parent_pid();
      (void)!::write(report[1], &parent, sizeof parent);
    }
    ::_exit(0);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  ASSERT_EQ(::write(gate[1], "x", 1), 1);
  Pid parent = 0;
  ASSERT_EQ(::read(report[0], &parent, sizeof parent), ssize_t{sizeof parent});
  EXPECT_EQ(parent, process::pid());
  EXPECT_GT(::waitpid(-1, nullptr, 0), 0);  // the adopted grandchild
  for (int fd : {gate[0], gate[1], report[0], report[1]}) ::close(fd);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST(Proc, StatIsReadFromTheLastParenthesis) {
  const auto fields = process::stat_fields("42 (x) R 1 (y)) S 7 8 9\n");
  ASSERT_EQ(fields.size(), 7u);
  EXPECT_EQ(fields[1], "42");
  EXPECT_EQ(fields[2], "x) R 1 (y)");
  EXPECT_EQ(fields[3], "S");
  EXPECT_EQ(fields[4], "7");
  EXPECT_TRUE(process::stat_fields("").empty());
  EXPECT_TRUE(process::stat_fields("42 )(").empty());
}

TEST(Proc, ANameWithParenthesesFoolsNobody) {
  const int code = test::code_of_child([] {
    ::prctl(PR_SET_NAME, "x) R 1 (");
    const auto line = process::read_proc("/proc/self/stat");
    if (!line) return 1;
    const auto fields = process::stat_fields(*line);
    if (fields.size() < 5 || fields[2] != "x) R 1 (") return 2;
    return fields[4] == std::to_string(::getppid()) ? 0 : 3;
  });
  EXPECT_EQ(code, 0);
}

TEST(Proc, MissingFilesKeysAndNumbersAreErrors) {
  EXPECT_EQ(process::read_proc("/proc/self/no-such").error().code,
            std::errc::no_such_file_or_directory);
  EXPECT_EQ(*process::status_value("A:\t1 kB\nAB:\t2\nC:", "AB"), "2");
  EXPECT_EQ(*process::status_value("A:\t1 kB\nAB:\t2\nC:", "C"), "");
  EXPECT_EQ(process::status_value("AB:\t2", "A").error().code, std::errc::invalid_argument);
  EXPECT_EQ(*process::to_number("1704 kB"), 1704u);
  EXPECT_EQ(*process::to_number("0022", 8), 18u);
  EXPECT_FALSE(process::to_number(""));
  EXPECT_FALSE(process::to_number("12x"));
  EXPECT_FALSE(process::to_number("99999999999999999999"));
}
