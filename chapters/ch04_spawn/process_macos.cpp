// Chapter 4 · spawn: waiting for a child up to a deadline, on macOS. Compiled, not run.
//
// Read before: process_posix.cpp. Meets: kqueue, EVFILT_PROC.
#include <cerrno>

#include <sys/event.h>
#include <sys/types.h>

#include "chapters/ch04_spawn/process.h"

namespace proclab::spawn {

Result<std::optional<ExitStatus>> Process::wait_until(Deadline deadline) {
  const Handle queue(::kqueue());
  if (!queue) return last_error("kqueue");
  struct kevent exit_of_child;
  EV_SET(&exit_of_child, pid_, EVFILT_PROC, EV_ADD | EV_ONESHOT, NOTE_EXIT, 0, nullptr);
  if (::kevent(queue.get(), &exit_of_child, 1, nullptr, 0, nullptr) == -1 && errno != ESRCH) {
    return last_error("kevent");
  }
  for (;;) {  // ask first: it may have ended before it was watched
    Result<std::optional<ExitStatus>> now = try_wait();
    if (!now || *now || deadline.passed()) return now;
    const int left = deadline.poll_timeout();
    const timespec span{left / 1000, left % 1000 * 1'000'000L};
    struct kevent event;
    const int count = ::kevent(queue.get(), nullptr, 0, &event, 1, left < 0 ? nullptr : &span);
    if (count == -1 && errno != EINTR) return last_error("kevent");
  }
}

}  // namespace proclab::spawn
