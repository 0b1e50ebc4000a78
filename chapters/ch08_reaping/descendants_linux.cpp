// Chapter 8 · reaping: the adopter, and a signal that cannot hit a stranger, on Linux.
//
// Read before: descendants.h, descendants_posix.cpp. Meets: prctl(PR_SET_CHILD_SUBREAPER),
// pidfd_open, pidfd_send_signal(2), Linux 5.1.
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/descendants_posix.h"
#include "chapters/ch08_reaping/member_linux.h"
#include "platform/handle.h"

namespace proclab::reaping {

Result<void> adopt_orphans(bool on) {
  if (::prctl(PR_SET_CHILD_SUBREAPER, on ? 1 : 0, 0, 0, 0) == -1) return last_error("prctl");
  return {};
}

//> signal-member
bool signal_member(const Member& member, int signal) {
  // It is no child of ours, so its parent may reap it any time, and its number go to a stranger. A pidfd
  // holds on to one process; and if the number had changed hands before we opened it, then what has the
  // number now did not start when our member did.
  const Handle pidfd(static_cast<int>(::syscall(SYS_pidfd_open, member.pid, 0)));
  if (!pidfd) return false;
  const std::optional<Member> now = member_of(member.pid);
  if (!now || now->started != member.started) return false;
  return ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}
//< signal-member

}  // namespace proclab::reaping
