// Chapter 6 · sockets: the wait for an overlapped call. Read overlapped_win32.h first.
#include "chapters/ch06_sockets/overlapped_win32.h"

namespace proclab::sockets {

//> finish
Result<std::size_t> UnderWay::finish(HANDLE handle, BOOL started, const char* name,
                                     Deadline until) {
  if (!started && ::GetLastError() != ERROR_IO_PENDING && ::GetLastError() != ERROR_MORE_DATA) {
    return last_error(name);
  }
  bool taken_back = false;
  while (!taken_back) {
    const int left = until.poll_timeout();
    const DWORD woken = ::WaitForSingleObject(done_.get(), left < 0 ? INFINITE : left);
    if (woken == WAIT_OBJECT_0) break;
    if (woken == WAIT_FAILED) return last_error("WaitForSingleObject");
    if (!until.passed()) continue;
    ::CancelIoEx(handle, &overlapped_);
    taken_back = true;  // or it was too late for that: the next call tells
  }
  // Until this returns, the system writes into the caller's buffer and into this object.
  DWORD moved = 0;
  if (::GetOverlappedResult(handle, &overlapped_, &moved, TRUE)) return std::size_t{moved};
  if (taken_back && ::GetLastError() == ERROR_OPERATION_ABORTED) {
    return make_error(name, std::errc::timed_out);
  }
  const Error why = last_error(name);
  if (why.code.value() == ERROR_MORE_DATA) return std::size_t{moved};  // a long message's beginning
  return why;
}
//< finish

}  // namespace proclab::sockets
