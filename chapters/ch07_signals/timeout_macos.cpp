// Chapter 7 · signals: waiting for a child and for something else, on macOS. Compiled, not run.
//
// Read timeout.cpp first. Meets: kqueue, EVFILT_PROC, EVFILT_READ.
#include <cerrno>

#include <sys/event.h>
#include <sys/types.h>

#include "chapters/ch07_signals/timeout.h"
#include "platform/handle.h"

namespace proclab::signals {

Result<Woken> wait_ended(const spawn::Process& child, NativeHandle other, Deadline deadline) {
  const Handle queue(::kqueue());
  if (!queue) return last_error("kqueue");
  struct kevent change;
  EV_SET(&change, child.pid(), EVFILT_PROC, EV_ADD | EV_ONESHOT, NOTE_EXIT, 0, nullptr);
  if (::kevent(queue.get(), &change, 1, nullptr, 0, nullptr) == -1) {
    if (errno == ESRCH) return Woken::ended;  // a zombie cannot be watched any more
    return last_error("kevent");
  }
  if (other != kNoHandle) {
    EV_SET(&change, other, EVFILT_READ, EV_ADD, 0, 0, nullptr);
    if (::kevent(queue.get(), &change, 1, nullptr, 0, nullptr) == -1) return last_error("kevent");
  }
  for (;;) {
    const int left = deadline.poll_timeout();
    const timespec span{left / 1000, left % 1000 * 1'000'000L};
    struct kevent events[2];
    const int count = ::kevent(queue.get(), nullptr, 0, events, 2, left < 0 ? nullptr : &span);
    if (count == -1 && errno != EINTR) return last_error("kevent");
    for (int i = 0; i < count; ++i) {
      if (events[i].filter == EVFILT_PROC) return Woken::ended;
    }
    if (count > 0) return Woken::readable;
    if (deadline.passed()) return Woken::deadline;
  }
}

}  // namespace proclab::signals
