// Chapter 6 · sockets: two connected ends, on Windows. Read pair.h, pipe_win32.cpp first.
//
// There is no socketpair(). CreatePipe() makes one-way pipes that cannot be overlapped (chapter 5).
// So a named pipe whose name lives only until both ends are open.
#include "chapters/ch06_sockets/pair.h"

#include <windows.h>

#include <io.h>

#include <atomic>

#include "chapters/ch06_sockets/overlapped_win32.h"
#include "chapters/ch06_sockets/pipe_win32.h"

namespace proclab::sockets {
namespace {

//> pair
Result<Pair> new_pair(Kind kind, bool second_overlapped) {
  static std::atomic<unsigned> count{0};
  LARGE_INTEGER now;
  ::QueryPerformanceCounter(&now);
  // Unique, and hard to guess; what keeps a guesser out is that the name must be new, that only
  // this user may open it, and that there is one client ever.
  const std::wstring name = L"\\\\.\\pipe\\proclab-" + std::to_wstring(::GetCurrentProcessId()) +
                            L"-" + std::to_wstring(++count) + L"-" + std::to_wstring(now.QuadPart);
  Result<Handle> first = make_pipe(name, {.kind = kind, .first = true, .only = true});
  if (!first) return first.error();
  Result<Handle> second =
      open_pipe(name, kind, Deadline::after(Milliseconds(0)), second_overlapped);
  if (!second) return second.error();
  UnderWay connect;
  if (!connect) return last_error("CreateEventW");
  // The client is there already: ERROR_PIPE_CONNECTED is the good answer.
  const BOOL started = ::ConnectNamedPipe(first->get(), connect.get());
  if (started || ::GetLastError() != ERROR_PIPE_CONNECTED) {
    const auto done = connect.finish(first->get(), started, "ConnectNamedPipe", Deadline::never());
    if (!done) return done.error();
  }
  return Pair{std::move(*first), std::move(*second)};
}
//< pair

}  // namespace

Result<Pair> pair(Kind kind) { return new_pair(kind, true); }

Result<Pair> pair_for_child() { return new_pair(Kind::stream, false); }

//> inherited
Result<Handle> inherited(int slot) {
  // The C runtime's table owns the handle: take a copy, and let the table have its own closed.
  const auto theirs =
      slot < 0 ? INVALID_HANDLE_VALUE : reinterpret_cast<HANDLE>(::_get_osfhandle(slot));
  HANDLE copy = nullptr;
  if (theirs == INVALID_HANDLE_VALUE ||
      !::DuplicateHandle(::GetCurrentProcess(), theirs, ::GetCurrentProcess(), &copy, 0, FALSE,
                         DUPLICATE_SAME_ACCESS)) {
    return make_error("slot", std::errc::bad_file_descriptor, std::to_string(slot));
  }
  ::_close(slot);
  return Handle(copy);
}
//< inherited

}  // namespace proclab::sockets
