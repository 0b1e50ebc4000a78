// tests/support · run on Linux: pipe2(2) and pidfd_open(2).
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/support/run_system.h"

namespace proclab::test {

bool make_pipe(Handle (&ends)[2]) {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) == -1) return false;
  ends[0] = Handle(fds[0]);
  ends[1] = Handle(fds[1]);
  return true;
}

Handle exit_watch(pid_t pid) {
  return Handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));  // close-on-exec by itself
}

}  // namespace proclab::test
