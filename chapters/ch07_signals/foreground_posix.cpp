// Chapter 7 · signals: who owns the terminal. Read foreground_posix.h first.
#include "chapters/ch07_signals/foreground_posix.h"

#include <signal.h>
#include <unistd.h>

#include "chapters/ch07_signals/mask_posix.h"

namespace proclab::signals {

Result<Pid> foreground(NativeHandle tty) {
  const pid_t group = ::tcgetpgrp(tty);
  if (group == -1) return last_error("tcgetpgrp");
  return group;
}

//> set-foreground
Result<void> set_foreground(NativeHandle tty, Pid group) {
  // A background process that calls tcsetpgrp() is stopped by SIGTTOU, unless it blocks or ignores it. A
  // shell that wants its terminal back *is* in the background.
  const MaskGuard held(MaskGuard::How::block, {SIGTTOU});
  if (::tcsetpgrp(tty, group) == -1) return last_error("tcsetpgrp");
  return {};
}
//< set-foreground

Result<void> lead_group() {
  if (::getpgrp() == ::getpid()) return {};
  if (::setpgid(0, 0) == -1) return last_error("setpgid");
  return {};
}

}  // namespace proclab::signals
