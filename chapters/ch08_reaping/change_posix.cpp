// Chapter 8 · reaping: a wait status decoded, and a wait that also tells of stops.
//
// Read before: change.h. Meets: waitid (WEXITED, WSTOPPED, WCONTINUED, WNOWAIT).
#include "chapters/ch08_reaping/change_posix.h"

#include <cerrno>

#include <sys/wait.h>

namespace proclab::reaping {

//> decode
Change decode(int status) {
  using What = Change::What;
  // The order matters to nobody: exactly one of the four is true. Comparing the number itself would be
  // wrong twice: 256 is "exit 1" on most systems, and 127 may be a stop.
  if (WIFEXITED(status)) {
    return {What::exited, static_cast<unsigned>(WEXITSTATUS(status)), 0, false};
  }
  if (WIFSIGNALED(status)) return {What::signalled, 0, WTERMSIG(status), WCOREDUMP(status) != 0};
  if (WIFSTOPPED(status)) return {What::stopped, 0, WSTOPSIG(status), false};
  return {What::continued, 0, 0, false};
}
//< decode

Change decode(const siginfo_t& info) {
  using What = Change::What;
  switch (info.si_code) {
    case CLD_EXITED: return {What::exited, static_cast<unsigned>(info.si_status), 0, false};
    case CLD_KILLED: return {What::signalled, 0, info.si_status, false};
    case CLD_DUMPED: return {What::signalled, 0, info.si_status, true};
    case CLD_CONTINUED: return {What::continued, 0, 0, false};
    default: return {What::stopped, 0, info.si_status, false};  // CLD_STOPPED, CLD_TRAPPED
  }
}

//> wait-change
Result<Change> wait_change(spawn::Process& child) {
  const auto known =
      child.try_wait();  // the end, told once more; or an error: not ours to wait for
  if (!known) return known.error();
  if (*known) return change_of(**known);
  const auto pid = static_cast<id_t>(child.pid());
  for (;;) {
    siginfo_t info{};
    // WNOWAIT looks and leaves it there. What we see may be the end, and that belongs to child.wait(),
    // which keeps it: reaped here, it would be lost to the Process.
    if (::waitid(P_PID, pid, &info, WEXITED | WSTOPPED | WCONTINUED | WNOWAIT) == -1) {
      if (errno == EINTR) continue;
      return last_error("waitid");
    }
    if (decode(info).ended()) break;
    // Taken, or the next call would be told the same. It may be another by now: the kernel keeps the
    // latest only; or none, if the child has been killed meanwhile.
    info.si_pid = 0;
    const int rc = ::waitid(P_PID, pid, &info, WSTOPPED | WCONTINUED | WNOHANG);
    if (rc == 0 && info.si_pid != 0) return decode(info);
  }
  const Result<spawn::ExitStatus> end = child.wait();
  if (!end) return end.error();
  return change_of(*end);
}
//< wait-change

}  // namespace proclab::reaping
