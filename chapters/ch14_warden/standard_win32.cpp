// Chapter 14 · warden: the standard streams on Windows.
#include "chapters/ch14_warden/standard.h"

#include <windows.h>

namespace proclab::warden {

NativeHandle standard(int slot) {
  const HANDLE handle = ::GetStdHandle(slot == 1 ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);
  return handle == INVALID_HANDLE_VALUE ? kNoHandle : handle;
}

}  // namespace proclab::warden
