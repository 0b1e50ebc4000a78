// platform · Handle on Windows: CloseHandle.
#include "platform/handle.h"

#include <windows.h>

namespace proclab {

Handle::Handle(NativeHandle native) noexcept
    : native_(native == INVALID_HANDLE_VALUE ? kNoHandle : native) {}

void Handle::close() noexcept {
  if (native_ == kNoHandle) return;
  const DWORD saved = ::GetLastError();  // as errno: a destructor runs before the look at it
  ::CloseHandle(std::exchange(native_, kNoHandle));
  ::SetLastError(saved);
}

}  // namespace proclab
