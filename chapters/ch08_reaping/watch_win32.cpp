// Chapter 8 · reaping: a child as a thing to wait on, on Windows: it is one already.
//
// The process object becomes signalled at the end of the process and lives as long as somebody holds a
// handle to it; so does its exit code. Read before: watch.h. Meets: DuplicateHandle,
// WaitForSingleObject.
#include <windows.h>

#include "chapters/ch08_reaping/watch.h"

namespace proclab::reaping {

//> watch
Result<Handle> watch(const spawn::Process& child) {
  if (!child.owes_wait()) return make_error("watch", std::errc::no_child_process);
  // A handle of its own: child.wait() closes the Process's, and another thread may be waiting on it.
  HANDLE copy = nullptr;
  const HANDLE self = ::GetCurrentProcess();
  if (!::DuplicateHandle(self, child.native(), self, &copy, SYNCHRONIZE, FALSE, 0)) {
    return last_error("DuplicateHandle");
  }
  return Handle(copy);
}
//< watch

Result<bool> wait_ended(NativeHandle watched, Deadline deadline) {
  for (;;) {
    const int left = deadline.poll_timeout();
    switch (::WaitForSingleObject(watched, left < 0 ? INFINITE : static_cast<DWORD>(left))) {
      case WAIT_OBJECT_0: return true;
      case WAIT_TIMEOUT:
        if (deadline.passed()) return false;
        break;
      default: return last_error("WaitForSingleObject");
    }
  }
}

}  // namespace proclab::reaping
