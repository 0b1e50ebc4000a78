// Chapter 9 · daemon: a service from within. Read service.h first.
//
// The manager starts the program, and the program calls back: StartServiceCtrlDispatcherW() blocks,
// and the library runs our function on a new thread, and our handler whenever the manager has
// something to say. Two states must be told in time: running, and stopped.
#include "chapters/ch09_daemon/service_main_win32.h"

#include <mutex>

#include <windows.h>

#include "chapters/ch09_daemon/instance_win32.h"
#include "chapters/ch09_daemon/launch.h"
#include "chapters/ch09_daemon/service.h"
#include "platform/win32/wide.h"

namespace proclab::daemon {
namespace {

// The library's functions take no argument of ours, so what they need stands here: one service a
// process.
struct Service {
  std::mutex lock;
  const std::function<int()>* serve = nullptr;
  int code = 0;
  SERVICE_STATUS_HANDLE handle = nullptr;
  SERVICE_STATUS status{};
};
Service g_service;

//> tell
bool tell(DWORD state, int error = 0) {
  SERVICE_STATUS& status = g_service.status;
  status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
  status.dwCurrentState = state;
  const bool pending = state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
  status.dwControlsAccepted =
      state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PARAMCHANGE : 0;
  status.dwWaitHint = pending ? 10'000 : 0;  // ms in which the next word will come
  if (error != 0) {
    status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
    status.dwServiceSpecificExitCode = static_cast<DWORD>(error);
  }
  return ::SetServiceStatus(g_service.handle, &status) != FALSE;
}
//< tell

void ask_self(const wchar_t* purpose) {
  const Handle event(::OpenEventW(EVENT_MODIFY_STATE, FALSE,
                                  event_name(::GetCurrentProcessId(), purpose).c_str()));
  if (event) ::SetEvent(event.get());
}

//> on-control
/// On a thread of the library's. It passes on what was asked to Requests, and returns at once.
DWORD WINAPI on_control(DWORD control, DWORD, void*, void*) {
  const std::lock_guard lock(g_service.lock);
  switch (control) {
    case SERVICE_CONTROL_STOP:
      tell(SERVICE_STOP_PENDING);
      ask_self(L"stop");
      return NO_ERROR;
    case SERVICE_CONTROL_PARAMCHANGE: ask_self(L"reload"); return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE: return NO_ERROR;  // the manager knows our last word
    default: return ERROR_CALL_NOT_IMPLEMENTED;
  }
}
//< on-control

//> service-main
void WINAPI service_main(DWORD, wchar_t**) {
  // The name does not matter to a process that is one service alone.
  wchar_t no_name[] = L"";
  g_service.handle = ::RegisterServiceCtrlHandlerExW(no_name, on_control, nullptr);
  {
    const std::lock_guard lock(g_service.lock);
    tell(SERVICE_START_PENDING);
  }
  ::SetEnvironmentVariableW(L"NOTIFY_SOCKET", to_wide(kServiceAddress).value().c_str());
  g_service.code = (*g_service.serve)();
  const std::lock_guard lock(g_service.lock);
  // The last word. From here on the manager may end the process.
  const bool told = g_service.status.dwWin32ExitCode != NO_ERROR;
  tell(SERVICE_STOPPED, told ? 0 : g_service.code);
}
//< service-main

}  // namespace

Result<void> tell_service_manager(std::string_view lines) {
  std::string text(lines);
  Words words;
  take_lines(text, words);
  const std::lock_guard lock(g_service.lock);
  bool told = true;
  if (words.error != 0) {
    told = tell(g_service.status.dwCurrentState, words.error);
  } else if (lines.find("STOPPING=1") != std::string_view::npos) {
    told = tell(SERVICE_STOP_PENDING);
  } else if (words.ready) {
    told = tell(SERVICE_RUNNING);
  }
  if (!told) return last_error("SetServiceStatus");
  return {};
}

Result<int> run_as_service(const std::function<int()>& serve) {
  g_service.serve = &serve;
  wchar_t no_name[] = L"";
  const SERVICE_TABLE_ENTRYW table[] = {{no_name, service_main}, {nullptr, nullptr}};
  if (!::StartServiceCtrlDispatcherW(table)) {
    if (::GetLastError() == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT) {
      return make_error("StartServiceCtrlDispatcherW", std::errc::not_connected,
                        "not started by the service manager");
    }
    return last_error("StartServiceCtrlDispatcherW");
  }
  return g_service.code;
}

}  // namespace proclab::daemon
