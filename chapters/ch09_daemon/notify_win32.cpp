// Chapter 9 · daemon: what a Notifier needs on Windows. A starter's pipe works as everywhere. The
// supervisor is the service manager, which has no socket: what a Notifier says is translated for
// it.
#include <cstdlib>

#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include "chapters/ch09_daemon/notify_system.h"
#include "chapters/ch09_daemon/service_main_win32.h"
#include "platform/win32/wide.h"

namespace proclab::daemon {

std::string take_variable(const char* name) {
  std::string value = variable(name);
  const Result<std::wstring> wide = to_wide(name);
  if (wide) ::SetEnvironmentVariableW(wide->c_str(), nullptr);
  return value;
}

std::string variable(const char* name) {
  const Result<std::wstring> wide = to_wide(name);
  if (!wide) return {};
  wchar_t text[512];
  const DWORD size = ::GetEnvironmentVariableW(wide->c_str(), text, 512);
  return size == 0 || size >= 512 ? std::string() : from_wide(std::wstring_view(text, size));
}

Result<Handle> adopt_slot(int number) {
  // The C runtime has put the handle that stands in slot `number` into its table (chapter 4). It
  // stays there; ours is a copy, so that closing the one does not surprise the other.
  const auto there = reinterpret_cast<HANDLE>(::_get_osfhandle(number));
  if (there == INVALID_HANDLE_VALUE || there == nullptr) {
    return make_error("NOTIFY_FD", std::errc::bad_file_descriptor, std::to_string(number));
  }
  HANDLE copy = nullptr;
  if (!::DuplicateHandle(::GetCurrentProcess(), there, ::GetCurrentProcess(), &copy, 0, FALSE,
                         DUPLICATE_SAME_ACCESS)) {
    return last_error("DuplicateHandle");
  }
  ::_close(number);  // or the starter would never see the pipe's end
  return Handle(copy);
}

Result<Handle> open_notify_socket(const std::string& address) {
  if (address == kServiceAddress) return Handle();  // the manager is asked for by no handle
  return make_error("NOTIFY_SOCKET", std::errc::not_supported,
                    "Windows tells its service manager instead");
}

Result<void> send_datagram(const Handle&, const std::string&, std::string_view text) {
  return tell_service_manager(text);
}

long long monotonic_microseconds() {
  LARGE_INTEGER now{}, rate{};
  ::QueryPerformanceCounter(&now);
  ::QueryPerformanceFrequency(&rate);
  return now.QuadPart / rate.QuadPart * 1'000'000 +
         now.QuadPart % rate.QuadPart * 1'000'000 / rate.QuadPart;
}

}  // namespace proclab::daemon
