// Chapter 9 · daemon: the lock that names its holder, which every POSIX system has.
#include "chapters/ch09_daemon/file_lock_posix.h"

#include <fcntl.h>
#include <unistd.h>

namespace proclab::daemon {
namespace {

struct flock byte_one(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = 1;
  lock.l_len = 1;
  return lock;
}

}  // namespace

Result<void> lock_to_name(int file) {
  struct flock lock = byte_one(F_WRLCK);
  if (::fcntl(file, F_SETLK, &lock) == -1) return last_error("fcntl");
  return {};
}

Result<Pid> named(int file) {
  struct flock lock = byte_one(F_WRLCK);  // "who would be in the way of this one?"
  if (::fcntl(file, F_GETLK, &lock) == -1) return last_error("fcntl");
  return lock.l_type == F_UNLCK || lock.l_pid <= 0 ? Pid{0} : lock.l_pid;
}

}  // namespace proclab::daemon
