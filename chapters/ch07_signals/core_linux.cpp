// Chapter 7 · signals: no core, on Linux.
//
// RLIMIT_CORE 0 would do for a file. Most systems pipe the core into a program (core_pattern begins with
// '|'), and then the kernel does not look at the limit: core(5).
#include <sys/prctl.h>

#include "chapters/ch07_signals/core_posix.h"

namespace proclab::signals {

void leave_no_core() noexcept { ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

}  // namespace proclab::signals
