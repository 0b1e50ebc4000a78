// Chapter 1 · ending on Windows.
#include "chapters/ch01_process/ending.h"

#include <windows.h>

namespace proclab::process {

std::uint32_t code_parent_sees(int code) noexcept { return static_cast<std::uint32_t>(code); }

void say_now(std::string_view text) noexcept {
  DWORD put = 0;
  ::WriteFile(::GetStdHandle(STD_OUTPUT_HANDLE), text.data(), static_cast<DWORD>(text.size()), &put,
              nullptr);
}

[[noreturn]] void kill_self() noexcept {
  ::TerminateProcess(::GetCurrentProcess(), 1);
  for (;;) ::Sleep(INFINITE);
}

Result<void> at_quick_exit(void (*)()) {
  return make_error("at_quick_exit", std::errc::function_not_supported, "msvcrt has none");
}

Error quick_exit(int) {
  return make_error("quick_exit", std::errc::function_not_supported, "msvcrt has none");
}

}  // namespace proclab::process
