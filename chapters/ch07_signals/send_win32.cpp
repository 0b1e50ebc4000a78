// Chapter 7 · signals: what Windows has instead of sending one.
//
// Nothing interrupts a process there. Somebody can end it, without asking it (TerminateProcess), or the
// console can start a thread in it that runs a handler (console events). Node calls both signals, and so
// do we; for what is neither, there is an error that says so. Read before: send.h.
// Meets: OpenProcess, TerminateProcess, GenerateConsoleCtrlEvent.
#include "chapters/ch07_signals/send.h"

#include <windows.h>

#include "platform/handle.h"

namespace proclab::signals {
namespace {

Error lacks(const char* call, int signal, const char* why) {
  const std::string name = name_of(signal);
  if (name.empty()) {
    return make_error(call, std::errc::invalid_argument, std::to_string(signal) + " is no signal");
  }
  return make_error(call, std::errc::function_not_supported, name + ": " + why);
}

bool has_ended(const Handle& process) {
  return ::WaitForSingleObject(process.get(), 0) == WAIT_OBJECT_0;
}

}  // namespace

//> send
Result<void> send(Pid process, int signal) {
  if (process == 0) return make_error("OpenProcess", std::errc::invalid_argument, "no process");
  const bool ends =
      signal == kTerminate || signal == kKill || signal == kInterrupt || signal == kQuit;
  if (signal != 0 && !ends) {
    return lacks("TerminateProcess", signal, "Windows can end a process, not tell it something");
  }
  const Handle target(::OpenProcess(SYNCHRONIZE | (ends ? PROCESS_TERMINATE : 0), FALSE, process));
  if (!target) {
    if (::GetLastError() != ERROR_INVALID_PARAMETER) return last_error("OpenProcess");
    return make_error("OpenProcess", std::errc::no_such_process);
  }
  // A process that has ended can be opened as long as anybody holds a handle to it.
  if (has_ended(target)) return make_error("OpenProcess", std::errc::no_such_process, "has ended");
  if (signal == 0 || ::TerminateProcess(target.get(), 1)) return {};
  const Error why = last_error("TerminateProcess");
  return has_ended(target) ? make_error("TerminateProcess", std::errc::no_such_process) : why;
}

Result<void> send_group(Pid group, int signal) {
  DWORD event = CTRL_BREAK_EVENT;
  if (signal == kInterrupt) {
    // MSDN: it cannot be limited to a group; with one, it "succeeds" and reaches nobody.
    if (group != 0) return lacks("GenerateConsoleCtrlEvent", signal, "only to group 0");
    event = CTRL_C_EVENT;
  } else if (name_of(signal) != "SIGBREAK") {
    return lacks("GenerateConsoleCtrlEvent", signal, "a group can be sent SIGBREAK alone");
  }
  if (!::GenerateConsoleCtrlEvent(event, group)) return last_error("GenerateConsoleCtrlEvent");
  return {};
}
//< send

Result<void> raise(int signal) { return send(::GetCurrentProcessId(), signal); }

Result<void> queue(Pid, int, int) {
  return make_error("sigqueue", std::errc::function_not_supported, "Windows queues no signals");
}

}  // namespace proclab::signals
