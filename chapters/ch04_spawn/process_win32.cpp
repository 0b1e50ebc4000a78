// Chapter 4 · spawn: waiting for a child and ending it, on Windows.
//
// Windows has no zombie: the process object lives as long as somebody holds a handle to it, and keeps
// the exit code. Read before: process.h.
#include "chapters/ch04_spawn/process.h"

#include <windows.h>

namespace proclab::spawn {
namespace {

Error nobody_to_wait_for() {
  return make_error("WaitForSingleObject", std::errc::no_child_process, "disowned, or moved away");
}

/// Of a process that has ended: GetExitCodeProcess says STILL_ACTIVE (259) of a running one, and the
/// same of one that ended with 259. `sent`: the signal that our TerminateProcess stood for, or 0.
Result<ExitStatus> end_of(HANDLE process, int sent) {
  DWORD code = 0;
  if (!::GetExitCodeProcess(process, &code)) return last_error("GetExitCodeProcess");
  return sent != 0 && code == 1 ? ExitStatus{0, sent, false} : ExitStatus{code, 0, false};
}

}  // namespace

//> wait
Result<ExitStatus> Process::wait() {
  Result<std::optional<ExitStatus>> status = wait_until(Deadline::never());
  if (!status) return status.error();
  return **status;
}
//< wait

Result<std::optional<ExitStatus>> Process::try_wait() {
  return wait_until(Deadline::after(Milliseconds(0)));
}

//> wait-until
Result<std::optional<ExitStatus>> Process::wait_until(Deadline deadline) {
  if (status_) return status_;
  if (!duty_) return nobody_to_wait_for();
  for (;;) {
    const int left = deadline.poll_timeout();
    switch (::WaitForSingleObject(handle_.get(), left < 0 ? INFINITE : left)) {
      case WAIT_OBJECT_0: {
        const Result<ExitStatus> end = end_of(handle_.get(), sent_);
        if (!end) return end.error();
        bury(*end);
        return status_;
      }
      case WAIT_TIMEOUT:
        if (deadline.passed()) return std::optional<ExitStatus>{};
        break;
      default: return last_error("WaitForSingleObject");
    }
  }
}
//< wait-until

Result<std::optional<ExitStatus>> Process::peek() {
  if (status_) return status_;
  if (!duty_) return nobody_to_wait_for();
  if (::WaitForSingleObject(handle_.get(), 0) != WAIT_OBJECT_0) return std::optional<ExitStatus>{};
  const Result<ExitStatus> end = end_of(handle_.get(), sent_);
  if (!end) return end.error();
  return std::optional(*end);
}

//> kill
Result<void> Process::kill(int signal) {
  if (!duty_) return make_error("kill", std::errc::no_such_process, "already waited for");
  const bool ended = ::WaitForSingleObject(handle_.get(), 0) == WAIT_OBJECT_0;
  if (signal == 0 || ended) {
    // POSIX lets a zombie be signalled, to no effect; so does this.
    return {};
  }
  if (signal != kTerminate && signal != kKill && signal != kInterrupt && signal != kQuit) {
    return make_error("kill", std::errc::function_not_supported,
                      "Windows has no signal " + std::to_string(signal));
  }
  if (!::TerminateProcess(handle_.get(), 1)) {
    // It may have ended between the question and the act: then there is nothing left to do.
    const Error why = last_error("TerminateProcess");
    return ::WaitForSingleObject(handle_.get(), 0) == WAIT_OBJECT_0 ? Result<void>{} : why;
  }
  sent_ = signal;
  return {};
}
//< kill

}  // namespace proclab::spawn
