// Chapter 2 · stdio: what is behind a handle, on Windows. Read stream_kind.h first.
//
// GetFileType() knows four answers, and two of them are two kinds each: FILE_TYPE_CHAR is a console,
// NUL or a serial port, FILE_TYPE_PIPE is a pipe or a socket. One more question each tells them apart.
#include "chapters/ch02_stdio/stream_kind.h"

#include <winsock2.h>  // before windows.h, which would bring in its ancestor

#include <windows.h>

#include "chapters/ch02_stdio/native_file_win32.h"

namespace proclab::stdio {

namespace {

// A socket answers socket questions; a pipe is "not a socket". Asking the other way round would take
// what Wine makes of a Unix pipe for a socket: it is a FILE_TYPE_PIPE that knows no pipe questions.
bool is_socket(HANDLE handle) noexcept {
  WSADATA unused;
  if (::WSAStartup(MAKEWORD(2, 2), &unused) != 0) return false;  // counted: may be called again
  int type = 0;
  int size = sizeof type;
  const bool answers = ::getsockopt(reinterpret_cast<SOCKET>(handle), SOL_SOCKET, SO_TYPE,
                                    reinterpret_cast<char*>(&type), &size) == 0;
  ::WSACleanup();
  return answers;
}

//> classify
StreamKind kind_of(HANDLE handle) noexcept {
  if (handle == nullptr || handle == INVALID_HANDLE_VALUE) return StreamKind::closed;
  DWORD unused = 0;
  ::SetLastError(NO_ERROR);
  switch (::GetFileType(handle)) {
    case FILE_TYPE_DISK: return StreamKind::file;
    case FILE_TYPE_PIPE: return is_socket(handle) ? StreamKind::socket : StreamKind::pipe;
    case FILE_TYPE_CHAR:
      if (::GetConsoleMode(handle, &unused)) return StreamKind::tty;
      return is_null_device(handle) ? StreamKind::null_device : StreamKind::other_device;
    default:  // FILE_TYPE_UNKNOWN is the answer for "no such handle" too
      return ::GetLastError() == NO_ERROR ? StreamKind::other_device : StreamKind::closed;
  }
}
//< classify

}  // namespace

StreamKind classify(NativeHandle handle) noexcept {
  const DWORD saved = ::GetLastError();
  const StreamKind kind = kind_of(handle);
  ::SetLastError(saved);
  return kind;
}

NativeHandle standard(int slot) noexcept {
  const DWORD names[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
  if (slot < 0 || slot > 2) return kNoHandle;
  const HANDLE handle = ::GetStdHandle(names[slot]);
  return handle == INVALID_HANDLE_VALUE ? kNoHandle : handle;
}

}  // namespace proclab::stdio
