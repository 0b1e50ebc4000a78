// Chapter 7 · signals: to die of a signal, on POSIX. Read ending.h first. Meets: sigaction, raise.
#include "chapters/ch07_signals/ending.h"

#include <signal.h>
#include <unistd.h>

#include "chapters/ch07_signals/core_posix.h"
#include "chapters/ch07_signals/mask_posix.h"

namespace proclab::signals {

//> end-as
[[noreturn]] void end_as(const spawn::ExitStatus& status) noexcept {
  if (status.signal == 0) ::_exit(static_cast<int>(status.code));
  leave_no_core();  // the one who really died has left one; ours would explain nothing
  struct sigaction to_default {};
  to_default.sa_handler = SIG_DFL;
  ::sigaction(status.signal, &to_default, nullptr);
  const sigset_t one = set_of({status.signal});
  ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  ::raise(status.signal);
  ::_exit(static_cast<int>(shell_code(status)));  // its default was not to kill
}
//< end-as

}  // namespace proclab::signals
