// Chapter 4 · spawn: waiting for a child up to a deadline, on Linux.
//
// waitpid() has no timeout. A pidfd is a descriptor for a process (pidfd_open(2), Linux 5.3) that
// poll() reports readable when the process has ended. Read before: process_posix.cpp.
#include <cerrno>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "chapters/ch04_spawn/process.h"

namespace proclab::spawn {

//> wait-until
Result<std::optional<ExitStatus>> Process::wait_until(Deadline deadline) {
  Result<std::optional<ExitStatus>> now = try_wait();
  if (!now || *now) return now;
  // Opened when it is wanted, not at the start: one descriptor less for each child that is only
  // waited for. No race either: until we reap it, the number is our child's.
  const Handle pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  // ESRCH: with SIGCHLD ignored the kernel buries the child itself, maybe just now. waitpid() says so.
  if (!pidfd && errno == ESRCH) return try_wait();
  if (!pidfd) return last_error("pidfd_open");
  for (;;) {
    pollfd ended{pidfd.get(), POLLIN, 0};
    const int ready = ::poll(&ended, 1, deadline.poll_timeout());
    if (ready == -1 && errno != EINTR) return last_error("poll");
    if (ready == 1) return try_wait();
    if (deadline.passed()) return std::optional<ExitStatus>{};
  }
}
//< wait-until

}  // namespace proclab::spawn
