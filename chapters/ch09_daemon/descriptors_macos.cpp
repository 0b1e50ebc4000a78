// Chapter 9 · daemon: no close_range here. Compiled, not run.
#include "chapters/ch09_daemon/descriptors_posix.h"

namespace proclab::daemon {

bool close_in_one_call(unsigned, unsigned) noexcept { return false; }

}  // namespace proclab::daemon
