// tests/platform · fill_std_slots for a program that was started without some of 0, 1 and 2.
#include "platform/self.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace proclab {
namespace {

bool is_null_device(int fd) {
  struct stat info, null;
  return ::fstat(fd, &info) == 0 && ::stat("/dev/null", &null) == 0 && info.st_rdev == null.st_rdev;
}

/// In a child: 0 when all is well, else the number of what was not.
int fill_with_closed(int closed) {
  int ends[2];
  if (::pipe(ends) == -1) return 1;
  for (int fd = 0; fd < 3; ++fd) {
    if (::dup2(ends[1], fd) == -1) return 2;  // something that is not the null device
    if ((closed & 1 << fd) != 0) ::close(fd);
  }
  if (!fill_std_slots()) return 3;
  for (int fd = 0; fd < 3; ++fd) {
    if (is_null_device(fd) != ((closed & 1 << fd) != 0)) return 10 + fd;
    if (::fcntl(fd, F_GETFD) != 0) return 20 + fd;  // a standard slot is there to be inherited
    if (is_null_device(fd) && (::fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDWR) return 30 + fd;
  }
  const int next = ::open("/dev/null", O_RDONLY);
  return next > 2 ? 0 : 4;
}

class StdSlots : public ::testing::TestWithParam<int> {};

TEST_P(StdSlots, ClosedOnesBecomeTheNullDevice) {
  const pid_t pid = ::fork();
  ASSERT_NE(pid, -1);
  if (pid == 0) {
    const int result = fill_with_closed(GetParam());
    ::_exit(result);
  }
  int status;
  while (::waitpid(pid, &status, 0) == -1 && errno == EINTR) {
  }
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

INSTANTIATE_TEST_SUITE_P(AllEight, StdSlots, ::testing::Range(0, 8));

}  // namespace
}  // namespace proclab
