// tests/platform · open.h on Windows.
#include <windows.h>

#include "tests/platform/open.h"

namespace proclab::test {

NativeHandle open_null() {
  return ::CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING, 0, nullptr);
}

bool is_open(NativeHandle native) {
  DWORD flags = 0;
  return ::GetHandleInformation(native, &flags) != 0;
}

void close_raw(NativeHandle native) { ::CloseHandle(native); }

void set_error(int code) { ::SetLastError(static_cast<DWORD>(code)); }

}  // namespace proclab::test
