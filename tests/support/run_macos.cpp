// tests/support · run on macOS: no pipe2, so a window between pipe and fcntl; kqueue watches the
// exit. Compiled, not run.
#include <fcntl.h>
#include <sys/event.h>
#include <unistd.h>

#include "tests/support/run_system.h"

namespace proclab::test {

bool make_pipe(Handle (&ends)[2]) {
  int fds[2];
  if (::pipe(fds) == -1) return false;
  for (int i = 0; i < 2; ++i) {
    ::fcntl(fds[i], F_SETFD, FD_CLOEXEC);
    ends[i] = Handle(fds[i]);
  }
  return true;
}

Handle exit_watch(pid_t pid) {
  Handle queue(::kqueue());
  struct kevent change;
  EV_SET(&change, pid, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, nullptr);
  // ESRCH: it has exited already. A timer that is due at once makes the queue readable all the same.
  if (::kevent(queue.get(), &change, 1, nullptr, 0, nullptr) == -1) {
    EV_SET(&change, 1, EVFILT_TIMER, EV_ADD | EV_ONESHOT, 0, 0, nullptr);
    ::kevent(queue.get(), &change, 1, nullptr, 0, nullptr);
  }
  return queue;
}

}  // namespace proclab::test
