// Chapter 5 · pipes: the end of a child as a descriptor, on Linux: pidfd_open(2), 5.3.
#include <sys/syscall.h>
#include <unistd.h>

#include "chapters/ch05_pipes/exit_watch_posix.h"

namespace proclab::pipes {

Result<Handle> exit_watch(Pid pid) {
  Handle watch(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));  // close-on-exec by itself
  if (!watch) return last_error("pidfd_open");
  return watch;
}

}  // namespace proclab::pipes
