// Chapter 5 · pipes: the end of a child as a descriptor, on macOS: a kqueue. Compiled, not run.
#include <sys/event.h>
#include <sys/types.h>

#include "chapters/ch05_pipes/exit_watch_posix.h"

namespace proclab::pipes {

Result<Handle> exit_watch(Pid pid) {
  Handle watch(::kqueue());
  if (!watch) return last_error("kqueue");
  struct kevent exit_of_child;
  EV_SET(&exit_of_child, pid, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, nullptr);
  if (::kevent(watch.get(), &exit_of_child, 1, nullptr, 0, nullptr) == -1) {
    return last_error("kevent");
  }
  return watch;
}

}  // namespace proclab::pipes
