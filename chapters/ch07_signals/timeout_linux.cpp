// Chapter 7 · signals: waiting for a child and for something else, on Linux. Read timeout.cpp first.
// Meets: pidfd_open, poll.
#include <cerrno>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "chapters/ch07_signals/timeout.h"
#include "platform/handle.h"

namespace proclab::signals {

//> wait-ended
Result<Woken> wait_ended(const spawn::Process& child, NativeHandle other, Deadline deadline) {
  // Sure to be our child's: until it is reaped, nobody else gets the number. And poll() reaps nothing.
  const Handle pidfd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid(), 0)));
  if (!pidfd && errno == ESRCH) return Woken::ended;  // SIGCHLD is ignored: the kernel buried it
  if (!pidfd) return last_error("pidfd_open");
  for (;;) {
    pollfd fds[] = {{pidfd.get(), POLLIN, 0}, {other, POLLIN, 0}};  // -1 is passed over
    const int ready = ::poll(fds, 2, deadline.poll_timeout());
    if (ready == -1 && errno != EINTR) return last_error("poll");
    if (ready > 0) return fds[0].revents != 0 ? Woken::ended : Woken::readable;
    if (deadline.passed()) return Woken::deadline;
  }
}
//< wait-ended

}  // namespace proclab::signals
