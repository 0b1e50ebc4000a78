// Chapter 7 · signals: what macOS has instead of send_linux.cpp: nothing. Compiled, not run.
#include "chapters/ch07_signals/send.h"

namespace proclab::signals {

Result<void> queue(Pid, int, int) {
  return make_error("sigqueue", std::errc::function_not_supported, "macOS has no sigqueue()");
}

}  // namespace proclab::signals
