// Chapter 8 · reaping: a child as a descriptor, on macOS: a queue that one event fits in. Compiled,
// not run. Read before: watch.h. Meets: kqueue, kevent (EVFILT_PROC, NOTE_EXIT).
#include <cerrno>

#include <fcntl.h>
#include <sys/event.h>

#include "chapters/ch08_reaping/watch.h"

namespace proclab::reaping {

Result<Handle> watch(const spawn::Process& child) {
  if (!child.owes_wait()) return make_error("watch", std::errc::no_child_process);
  Handle queue(::kqueue());
  if (!queue) return last_error("kqueue");
  if (::fcntl(queue.get(), F_SETFD, FD_CLOEXEC) == -1) return last_error("fcntl");
  struct kevent exit;
  EV_SET(&exit, child.pid(), EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, nullptr);
  if (::kevent(queue.get(), &exit, 1, nullptr, 0, nullptr) == 0) return queue;
  if (errno != ESRCH) return last_error("kevent");
  // A zombie: XNU attaches to living processes only. The news is old, so we put it in ourselves.
  EV_SET(&exit, 0, EVFILT_USER, EV_ADD, 0, 0, nullptr);
  if (::kevent(queue.get(), &exit, 1, nullptr, 0, nullptr) == -1) return last_error("kevent");
  EV_SET(&exit, 0, EVFILT_USER, 0, NOTE_TRIGGER, 0, nullptr);
  if (::kevent(queue.get(), &exit, 1, nullptr, 0, nullptr) == -1) return last_error("kevent");
  return queue;
}

}  // namespace proclab::reaping
