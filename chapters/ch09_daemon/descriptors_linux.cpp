// Chapter 9 · daemon: close_range(2), Linux 5.9. Raw, because glibc has a wrapper only since 2.34.
#include <sys/syscall.h>
#include <unistd.h>

#include "chapters/ch09_daemon/descriptors_posix.h"

namespace proclab::daemon {

bool close_in_one_call(unsigned first, unsigned last) noexcept {
  return ::syscall(SYS_close_range, first, last, 0U) == 0;
}

}  // namespace proclab::daemon
