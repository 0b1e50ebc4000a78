// Chapter 9 · daemon: hearing from a child, on Windows. Read launch_system.h first.
//
// A read is begun, not made: then one call waits for it, for the child's end, and for the deadline.
#include <array>

#include <windows.h>

#include "chapters/ch09_daemon/launch_system.h"

namespace proclab::daemon {

Result<Heard> hear(NativeHandle pipe, NativeHandle exit, Deadline deadline, std::string& text) {
  const Handle done(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  if (!done) return last_error("CreateEventW");
  std::array<char, 4096> room;
  OVERLAPPED under_way{};
  under_way.hEvent = done.get();
  DWORD got = 0;
  if (!::ReadFile(pipe, room.data(), room.size(), nullptr, &under_way) &&
      ::GetLastError() != ERROR_IO_PENDING) {
    if (::GetLastError() == ERROR_BROKEN_PIPE) return Heard::end;
    return last_error("ReadFile");
  }
  const HANDLE wait[2] = {done.get(), exit};
  DWORD which = WAIT_TIMEOUT;
  do {
    const int left = deadline.poll_timeout();
    which = ::WaitForMultipleObjects(2, wait, FALSE, left < 0 ? INFINITE : left);
  } while (which == WAIT_TIMEOUT && !deadline.passed());
  const Error failed = last_error("WaitForMultipleObjects");
  // The buffer is the kernel's until the read has ended, one way or the other.
  if (which != WAIT_OBJECT_0) ::CancelIoEx(pipe, &under_way);
  if (::GetOverlappedResult(pipe, &under_way, &got, TRUE)) {
    text.append(room.data(), got);  // also what came just before the child's end
    return Heard::bytes;
  }
  const DWORD why = ::GetLastError();
  if (why == ERROR_BROKEN_PIPE || (why == ERROR_OPERATION_ABORTED && which == WAIT_OBJECT_0 + 1)) {
    return Heard::end;
  }
  if (why != ERROR_OPERATION_ABORTED) return last_error("ReadFile");
  if (which == WAIT_TIMEOUT) return Heard::deadline;
  return failed;
}

Result<Handle> watch_exit(const spawn::Process& child) {
  HANDLE copy = nullptr;
  if (!::DuplicateHandle(::GetCurrentProcess(), child.native(), ::GetCurrentProcess(), &copy,
                         SYNCHRONIZE, FALSE, 0)) {
    return last_error("DuplicateHandle");
  }
  return Handle(copy);
}

void kill_with_group(spawn::Process& child) { (void)child.kill(spawn::kKill); }

}  // namespace proclab::daemon
