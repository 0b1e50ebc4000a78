// Chapter 9 · daemon: the lock that decides, on macOS: flock(2). Compiled, not run.
//
// It cannot be looked at. decided() takes it, shared, for a moment, in which a start() may find it
// taken.
#include <cerrno>

#include <sys/file.h>

#include "chapters/ch09_daemon/file_lock_posix.h"

namespace proclab::daemon {

Result<bool> lock_to_decide(int file) {
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  return last_error("flock");
}

Result<bool> decided(int file) {
  if (::flock(file, LOCK_SH | LOCK_NB) == 0) {
    ::flock(file, LOCK_UN);
    return false;
  }
  if (errno == EWOULDBLOCK) return true;
  return last_error("flock");
}

}  // namespace proclab::daemon
