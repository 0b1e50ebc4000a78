// Chapter 8 · reaping: a child as a descriptor, on Linux. Read before: watch.h.
//
// Meets: pidfd_open(2), Linux 5.3; raw, because glibc has a wrapper only since 2.36.
#include <cerrno>

#include <sys/syscall.h>
#include <unistd.h>

#include "chapters/ch08_reaping/watch.h"

namespace proclab::reaping {

//> watch
Result<Handle> watch(const spawn::Process& child) {
  if (!child.owes_wait()) return make_error("watch", std::errc::no_child_process);
  // No race: the number is our child's until we have waited for it. pidfds are born close-on-exec.
  Handle pidfd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid(), 0)));
  if (!pidfd) return last_error("pidfd_open");
  return pidfd;
}
//< watch

}  // namespace proclab::reaping
