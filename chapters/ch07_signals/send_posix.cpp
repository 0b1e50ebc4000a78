// Chapter 7 · signals: sending one, on POSIX.
//
// kill(2) takes one number for four things: above 0 a process, 0 the caller's group, -1 everybody whom the
// caller may signal, below -1 a group. A pid variable that was never set, or a pid file with "-1" in
// it, so becomes a massacre. Read before: send.h. Meets: kill, raise.
#include "chapters/ch07_signals/send.h"

#include <signal.h>

namespace proclab::signals {

//> send
Result<void> send(Pid process, int signal) {
  if (process < 1) {
    return make_error("kill", std::errc::invalid_argument,
                      std::to_string(process) + " is no process, but a group or everybody");
  }
  if (::kill(process, signal) == -1) return last_error("kill");
  return {};
}

Result<void> send_group(Pid group, int signal) {
  // 1 as well: kill(-1) is everybody, and so is killpg(1), which is the same call.
  if (group < 0 || group == 1) {
    return make_error("kill", std::errc::invalid_argument, std::to_string(group) + " is no group");
  }
  if (::kill(-group, signal) == -1) return last_error("kill");
  return {};
}
//< send

Result<void> raise(int signal) {
  if (::raise(signal) != 0) return last_error("raise");
  return {};
}

}  // namespace proclab::signals
