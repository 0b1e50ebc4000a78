// Chapter 2 · stdio: what is behind a descriptor, on POSIX. Read stream_kind.h first.
//
// fstat() tells the type of the inode: file, FIFO, socket, character device. A terminal is a
// character device like /dev/null, so one more question is needed: does it answer terminal calls?
#include "chapters/ch02_stdio/stream_kind.h"

#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

namespace proclab::stdio {

namespace {

// The number of the device, not its name: /dev/null may be a bind mount, or seen through a chroot.
bool is_null_device(const struct stat& about) noexcept {
  struct stat null {};
  return ::stat("/dev/null", &null) == 0 && S_ISCHR(null.st_mode) && null.st_rdev == about.st_rdev;
}

//> classify
StreamKind kind_of(int fd) noexcept {
  struct stat about {};
  if (::fstat(fd, &about) == -1) return StreamKind::closed;  // EBADF: no such open descriptor
  if (S_ISREG(about.st_mode)) return StreamKind::file;
  if (S_ISFIFO(about.st_mode)) return StreamKind::pipe;  // with or without a name
  if (S_ISSOCK(about.st_mode)) return StreamKind::socket;
  if (!S_ISCHR(about.st_mode)) return StreamKind::other_device;
  if (is_null_device(about)) return StreamKind::null_device;
  return ::isatty(fd) == 1 ? StreamKind::tty : StreamKind::other_device;
}
//< classify

}  // namespace

StreamKind classify(NativeHandle handle) noexcept {
  const int saved = errno;  // a question between a failed call and the look at its errno
  const StreamKind kind = kind_of(handle);
  errno = saved;
  return kind;
}

NativeHandle standard(int slot) noexcept { return slot; }

}  // namespace proclab::stdio
