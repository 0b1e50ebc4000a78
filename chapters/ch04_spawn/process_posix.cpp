// Chapter 4 · spawn: waiting for a child and signalling it, on POSIX.
//
// Read before: process.h. Meets: waitpid, waitid, kill.
#include "chapters/ch04_spawn/process.h"

#include <cerrno>

#include <signal.h>
#include <sys/wait.h>

namespace proclab::spawn {
namespace {

ExitStatus decode(int status) {
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status), WCOREDUMP(status) != 0};
  return {static_cast<unsigned>(WEXITSTATUS(status)), 0, false};
}

Error nobody_to_wait_for() {
  return make_error("waitpid", std::errc::no_child_process, "disowned, or moved away");
}

}  // namespace

//> wait
Result<ExitStatus> Process::wait() {
  if (status_) return *status_;
  if (!duty_) return nobody_to_wait_for();
  int status = 0;
  while (::waitpid(pid_, &status, 0) == -1) {
    if (errno == EINTR) continue;  // a handler of ours ran; the child's fate is still to come
    duty_ = false;                 // ECHILD: somebody else has reaped it, the status is gone
    return last_error("waitpid");
  }
  bury(decode(status));
  return *status_;
}
//< wait

Result<std::optional<ExitStatus>> Process::try_wait() {
  if (status_) return status_;
  if (!duty_) return nobody_to_wait_for();
  int status = 0;
  const pid_t ended = ::waitpid(pid_, &status, WNOHANG);  // never blocks, so no EINTR
  if (ended == 0) return std::optional<ExitStatus>{};
  if (ended == -1) {
    duty_ = false;
    return last_error("waitpid");
  }
  bury(decode(status));
  return status_;
}

//> peek
Result<std::optional<ExitStatus>> Process::peek() {
  if (status_) return status_;
  if (!duty_) return nobody_to_wait_for();
  siginfo_t info{};  // si_pid stays 0 while the child runs
  if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == -1) {
    duty_ = false;
    return last_error("waitid");
  }
  if (info.si_pid == 0) return std::optional<ExitStatus>{};
  if (info.si_code == CLD_EXITED) {
    return std::optional(ExitStatus{static_cast<unsigned>(info.si_status), 0, false});
  }
  return std::optional(ExitStatus{0, info.si_status, info.si_code == CLD_DUMPED});
}
//< peek

//> kill
Result<void> Process::kill(int signal) {
  // As long as nobody waits, the zombie keeps the number, so the signal cannot reach a stranger. After
  // that it can: so the answer is ours, without asking the kernel.
  if (!duty_) return make_error("kill", std::errc::no_such_process, "already waited for");
  if (::kill(pid_, signal) == -1) return last_error("kill");
  return {};
}
//< kill

}  // namespace proclab::spawn
