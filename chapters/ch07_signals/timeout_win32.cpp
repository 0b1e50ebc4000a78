// Chapter 7 · signals: whom a timeout reaches, and how it waits, on Windows. Read timeout.cpp first.
//
// Any handle can be waited for together with any other: what took Linux until 5.3 was there from the start.
// Meets: WaitForMultipleObjects.
#include <windows.h>

#include "chapters/ch07_signals/reach.h"

namespace proclab::signals {

Result<void> check_reach(Reach reach) {
  if (reach == Reach::child) return {};
  return make_error("reach", std::errc::not_supported,
                    "Windows cannot end a group; a job object holds children together (chapter 8)");
}

void send_to(spawn::Process& child, Reach, int signal) {
  // SIGBREAK and SIGHUP, which only a console can send, reach the child by the console as well: it has
  // one with us, and there is nothing to pass on.
  (void)child.kill(signal);
}

//> wait-ended
Result<Woken> wait_ended(const spawn::Process& child, NativeHandle other, Deadline deadline) {
  const HANDLE handles[] = {child.native(), other};
  const DWORD count = other == kNoHandle ? 1 : 2;
  for (;;) {
    const int left = deadline.poll_timeout();
    switch (::WaitForMultipleObjects(count, handles, FALSE, left < 0 ? INFINITE : left)) {
      case WAIT_OBJECT_0: return Woken::ended;
      case WAIT_OBJECT_0 + 1: return Woken::readable;
      case WAIT_TIMEOUT:
        if (deadline.passed()) return Woken::deadline;
        break;
      default: return last_error("WaitForMultipleObjects");
    }
  }
}
//< wait-ended

}  // namespace proclab::signals
