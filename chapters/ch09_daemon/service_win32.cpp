// Chapter 9 · daemon: a service from outside: install, start, control, remove. Read service.h
// first.
#include "chapters/ch09_daemon/service.h"

#include <windows.h>

#include "chapters/ch04_spawn/command_line.h"
#include "platform/win32/wide.h"

namespace proclab::daemon {
namespace {

/// An SC_HANDLE, which CloseHandle() must not close.
class Sc {
 public:
  explicit Sc(SC_HANDLE handle) : handle_(handle) {}
  Sc(Sc&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Sc& operator=(Sc&&) = delete;
  ~Sc() {
    if (handle_ != nullptr) ::CloseServiceHandle(handle_);
  }
  explicit operator bool() const { return handle_ != nullptr; }
  [[nodiscard]] SC_HANDLE get() const { return handle_; }

 private:
  SC_HANDLE handle_;
};

/// The manager's own numbers, as errno's where a caller asks by std::errc.
Error explain(const char* call, const std::string& name) {
  const Error why = last_error(call, name);
  switch (why.code.value()) {
    case ERROR_SERVICE_DOES_NOT_EXIST:
      return make_error(call, std::errc::no_such_file_or_directory, "no service " + name);
    case ERROR_SERVICE_EXISTS: return make_error(call, std::errc::file_exists, name);
    case ERROR_SERVICE_ALREADY_RUNNING:
      return make_error(call, std::errc::device_or_resource_busy, name + " runs already");
    case ERROR_SERVICE_NOT_ACTIVE:
      return make_error(call, std::errc::no_such_process, name + " does not run");
    case ERROR_SERVICE_REQUEST_TIMEOUT: return make_error(call, std::errc::timed_out, name);
    default: return why;
  }
}

Result<Sc> open_manager(DWORD access) {
  Sc manager(::OpenSCManagerW(nullptr, nullptr, access));
  if (!manager) return last_error("OpenSCManagerW");
  return manager;
}

Result<Sc> open_service(const std::string& name, DWORD access) {
  const Result<Sc> manager = open_manager(SC_MANAGER_CONNECT);
  if (!manager) return manager.error();
  const Result<std::wstring> wide = to_wide(name);
  if (!wide) return wide.error();
  Sc service(::OpenServiceW(manager->get(), wide->c_str(), access | SERVICE_QUERY_STATUS));
  if (!service) return explain("OpenServiceW", name);
  return service;
}

Result<SERVICE_STATUS_PROCESS> state_of(const Sc& service, const std::string& name) {
  SERVICE_STATUS_PROCESS state{};
  DWORD needed = 0;
  if (!::QueryServiceStatusEx(service.get(), SC_STATUS_PROCESS_INFO,
                              reinterpret_cast<BYTE*>(&state), sizeof state, &needed)) {
    return explain("QueryServiceStatusEx", name);
  }
  return state;
}

//> settle
/// Waits while the state is `pending`. The manager tells of a change by a callback only (of a later
/// Windows, and not of Wine), so everybody asks again and again; this is what its manual does, too.
Result<SERVICE_STATUS_PROCESS> settle(const Sc& service, const std::string& name, DWORD pending,
                                      Deadline by) {
  for (;;) {
    const Result<SERVICE_STATUS_PROCESS> state = state_of(service, name);
    if (!state || state->dwCurrentState != pending) return state;
    if (by.passed()) return make_error("service", std::errc::timed_out, name);
    ::Sleep(20);
  }
}
//< settle

}  // namespace

Result<void> install_service(const std::string& name, const std::string& file,
                             const std::vector<std::string>& args) {
  const Result<Sc> manager = open_manager(SC_MANAGER_CREATE_SERVICE);
  if (!manager) return manager.error();
  const Result<std::wstring> wide = to_wide(name);
  // One command line, quoted (chapter 4). Without quotes, C:\Program Files\x.exe would run
  // C:\Program.exe, if somebody put one there.
  const Result<std::wstring> line = to_wide(spawn::join_command_line(file, args));
  if (!wide) return wide.error();
  if (!line) return line.error();
  const Sc service(::CreateServiceW(manager->get(), wide->c_str(), wide->c_str(),
                                    SERVICE_QUERY_STATUS, SERVICE_WIN32_OWN_PROCESS,
                                    SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, line->c_str(),
                                    nullptr, nullptr, nullptr, nullptr, nullptr));  // LocalSystem
  if (!service) return explain("CreateServiceW", name);
  return {};
}

Result<void> remove_service(const std::string& name) {
  const Result<Sc> service = open_service(name, DELETE);
  if (!service) return service.error();
  if (!::DeleteService(service->get())) return explain("DeleteService", name);
  return {};
}

//> start-service
Result<void> start_service(const std::string& name, Deadline ready_by) {
  const Result<Sc> service = open_service(name, SERVICE_START);
  if (!service) return service.error();
  const bool started = ::StartServiceW(service->get(), 0, nullptr) != FALSE;
  const Error refused = explain("StartServiceW", name);
  // One that is done before the manager has heard of its start: to the manager a timeout, and its reason
  // is there all the same.
  if (!started && refused.code != std::errc::timed_out) return refused;
  const auto state = settle(*service, name, SERVICE_START_PENDING, ready_by);
  if (!state) return state.error();
  if (state->dwCurrentState == SERVICE_RUNNING) return {};
  if (state->dwWin32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR) {
    // What Notifier::failed() said: errno's number. Its text does not fit through the manager.
    return Error{"daemon",
                 {static_cast<int>(state->dwServiceSpecificExitCode), std::generic_category()},
                 name};
  }
  if (!started) return refused;
  return make_error("daemon", std::errc::no_such_process,
                    name + " ended without a word: " + std::to_string(state->dwWin32ExitCode));
}
//< start-service

Result<void> control_service(const std::string& name, Request request, Deadline by) {
  const bool stops = request == Request::stop;
  const Result<Sc> service = open_service(name, stops ? SERVICE_STOP : SERVICE_PAUSE_CONTINUE);
  if (!service) return service.error();
  const auto before = state_of(*service, name);
  if (!before) return before.error();
  const Handle process(stops ? ::OpenProcess(SYNCHRONIZE, FALSE, before->dwProcessId) : nullptr);
  SERVICE_STATUS status{};
  if (!::ControlService(service->get(), stops ? SERVICE_CONTROL_STOP : SERVICE_CONTROL_PARAMCHANGE,
                        &status)) {
    return explain("ControlService", name);
  }
  if (!stops) return {};
  const auto after = settle(*service, name, SERVICE_STOP_PENDING, by);
  if (!after) return after.error();
  // "Stopped" is what it says of itself, and the file that it held is free only when it is gone.
  const int left = by.poll_timeout();
  if (process && ::WaitForSingleObject(process.get(), left < 0 ? INFINITE : left) == WAIT_TIMEOUT) {
    return make_error("service", std::errc::timed_out, name + " says stopped, and runs");
  }
  return {};
}

Result<Pid> service_process(const std::string& name) {
  const Result<Sc> service = open_service(name, 0);
  if (!service) return service.error();
  const auto state = state_of(*service, name);
  if (!state) return state.error();
  return state->dwCurrentState == SERVICE_STOPPED ? Pid{0} : Pid{state->dwProcessId};
}

}  // namespace proclab::daemon
