// Chapter 9 · daemon: a grip on the holder, on Windows: a process handle, which keeps the id its
// own.
//
// There is no SIGTERM: TerminateProcess is SIGKILL. To be asked, a daemon must listen, on an event
// whose name has its process id in it (requests_win32.cpp). Meets: OpenProcess, OpenEventW,
// SetEvent.
#include <windows.h>

#include "chapters/ch09_daemon/control.h"
#include "chapters/ch09_daemon/instance_win32.h"
#include "platform/win32/wide.h"

namespace proclab::daemon {

Result<std::optional<Holder>> Holder::find(const std::string& pidfile) {
  const Result<Standing> now = look_at(pidfile);
  if (!now) return now.error();
  if (now->what != Standing::What::held) return std::optional<Holder>{};
  // The text that look_at() read, once more, for a handle this time: id and start together name one
  // process, so nothing can have changed hands in between.
  Result<std::string> text = read_instance(pidfile);
  if (!text) return text.error();
  Result<Instance> instance = open_instance(*text, PROCESS_TERMINATE);
  if (!instance && instance.error().code == std::errc::no_such_process) {
    return std::optional<Holder>{};
  }
  if (!instance) return instance.error();
  return std::optional<Holder>(Holder(instance->pid, std::move(instance->process)));
}

Result<void> Holder::ask(Request request) {
  const wchar_t* purpose = request == Request::stop ? L"stop" : L"reload";
  const Handle event(::OpenEventW(EVENT_MODIFY_STATE, FALSE, event_name(pid_, purpose).c_str()));
  if (!event && ::GetLastError() == ERROR_FILE_NOT_FOUND) {
    if (::WaitForSingleObject(process_.get(), 0) == WAIT_OBJECT_0) {
      return make_error("OpenEventW", std::errc::no_such_process, "it has ended");
    }
    return make_error("OpenEventW", std::errc::not_supported, "it does not listen for requests");
  }
  if (!event) return last_error("OpenEventW");
  if (!::SetEvent(event.get())) return last_error("SetEvent");
  return {};
}

Result<void> Holder::kill() {
  if (::TerminateProcess(process_.get(), 1)) return {};
  const Error why = last_error("TerminateProcess");
  if (::WaitForSingleObject(process_.get(), 0) != WAIT_OBJECT_0) return why;
  return make_error("TerminateProcess", std::errc::no_such_process, "it has ended");
}

Result<bool> Holder::wait_gone(Deadline deadline) const {
  for (;;) {
    const int left = deadline.poll_timeout();
    const DWORD got = ::WaitForSingleObject(process_.get(), left < 0 ? INFINITE : left);
    if (got == WAIT_OBJECT_0) return true;
    if (got != WAIT_TIMEOUT) return last_error("WaitForSingleObject");
    if (deadline.passed()) return false;
  }
}

}  // namespace proclab::daemon
