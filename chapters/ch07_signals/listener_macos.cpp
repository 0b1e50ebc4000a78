// Chapter 7 · signals: the same for macOS: sigwait(), which does not tell who sent it. Compiled, not run.
#include "chapters/ch07_signals/listener_posix.h"

namespace proclab::signals {

Record wait_for_one(const sigset_t& set) noexcept {
  for (;;) {
    int signal = 0;
    if (::sigwait(&set, &signal) == 0) return {signal, 0, 0, 0};
  }
}

}  // namespace proclab::signals
