// tests/ch04 · fdcheck: says by its exit code whether its descriptors are exactly those it was told.
//
// fdcheck SLOT:DEVICE:INODE…: 0, or 1 + the first number where it differs (199: one of 198 or above).
// Tests start it tens of thousands of times: it is static, has no sanitizer, and prints nothing,
// because its stdout is one of the descriptors in question.
#include <cstdlib>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char** argv) {
  // A lowered limit closes nothing: look past it. 1,024 is more than any of these tests opens.
  for (int fd = 0, next = 1; fd < 1024; ++fd) {
    const int wrong = 1 + (fd < 198 ? fd : 198);
    struct stat info;
    const bool open = ::fstat(fd, &info) == 0;
    char* end = nullptr;
    const bool wanted = next < argc && std::strtol(argv[next], &end, 10) == fd;
    if (open != wanted) return wrong;
    if (!open) continue;
    const auto device = std::strtoull(end + 1, &end, 10);
    const auto inode = std::strtoull(end + 1, &end, 10);
    if (info.st_dev != device || info.st_ino != inode) return wrong;
    if (::fcntl(fd, F_GETFD) != 0) return wrong;
    ++next;
  }
  return 0;
}
