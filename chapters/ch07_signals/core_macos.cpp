// Chapter 7 · signals: no core, on macOS. Compiled, not run.
#include <sys/resource.h>

#include "chapters/ch07_signals/core_posix.h"

namespace proclab::signals {

void leave_no_core() noexcept {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

}  // namespace proclab::signals
