// tests/support · wine: its ntdll has a function more.
#include "tests/support/wine.h"

#include <windows.h>

namespace proclab::test {

bool under_wine() {
  return ::GetProcAddress(::GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

}  // namespace proclab::test
