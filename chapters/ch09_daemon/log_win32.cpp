// Chapter 9 · daemon: another file behind a standard stream, on Windows, where it is kept in two
// places.
#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include "chapters/ch09_daemon/log.h"

namespace proclab::daemon {

Result<void> set_standard(int number, NativeHandle handle) {
  HANDLE copy = nullptr;
  if (!::DuplicateHandle(::GetCurrentProcess(), handle, ::GetCurrentProcess(), &copy, 0, FALSE,
                         DUPLICATE_SAME_ACCESS)) {
    return last_error("DuplicateHandle");
  }
  // The C runtime's table owns the copy, and for 0-2 tells SetStdHandle() by itself.
  const int opened = ::_open_osfhandle(reinterpret_cast<intptr_t>(copy), _O_APPEND | _O_BINARY);
  if (opened == -1) {
    ::CloseHandle(copy);
    return make_error("_open_osfhandle", std::errc::too_many_files_open);
  }
  const bool placed = ::_dup2(opened, number) == 0;
  ::_close(opened);
  if (!placed) return make_error("_dup2", std::errc::bad_file_descriptor);
  return {};
}

}  // namespace proclab::daemon
