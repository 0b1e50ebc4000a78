// Chapter 9 · daemon: another file behind a standard stream, on POSIX.
#include <cerrno>

#include <unistd.h>

#include "chapters/ch09_daemon/log.h"

namespace proclab::daemon {

Result<void> set_standard(int number, NativeHandle handle) {
  // dup2() closes the old file and puts the new one there in one step: no other thread's open() can
  // get the number in between.
  while (::dup2(handle, number) == -1) {
    if (errno != EINTR && errno != EBUSY) return last_error("dup2");
  }
  return {};
}

}  // namespace proclab::daemon
