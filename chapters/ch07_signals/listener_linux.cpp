// Chapter 7 · signals: what listening needs of Linux: a wait that tells who sent it. Meets: sigwaitinfo.
#include "chapters/ch07_signals/listener_posix.h"

namespace proclab::signals {

Record wait_for_one(const sigset_t& set) noexcept {
  for (;;) {
    siginfo_t info;
    if (::sigwaitinfo(&set, &info) != -1) return record_of(info);
  }  // EINTR: some other handler ran, or a debugger stopped us
}

}  // namespace proclab::signals
