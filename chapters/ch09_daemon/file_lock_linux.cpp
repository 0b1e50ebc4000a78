// Chapter 9 · daemon: the lock that decides, on Linux: F_OFD_SETLK (fcntl(2), Linux 3.15).
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch09_daemon/file_lock_posix.h"

namespace proclab::daemon {
namespace {

struct flock byte_zero() {
  struct flock lock {};  // l_pid must be 0: it is kept for better ideas
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = 0;
  lock.l_len = 1;
  return lock;
}

}  // namespace

//> decide
Result<bool> lock_to_decide(int file) {
  struct flock lock = byte_zero();
  if (::fcntl(file, F_OFD_SETLK, &lock) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  return last_error("fcntl");
}

Result<bool> decided(int file) {
  struct flock lock = byte_zero();
  if (::fcntl(file, F_OFD_GETLK, &lock) == -1) return last_error("fcntl");
  return lock.l_type != F_UNLCK;  // l_pid is -1: a description has no pid
}
//< decide

}  // namespace proclab::daemon
