// Chapter 7 · signals: the system's part of timeout.h.
#pragma once

#include "chapters/ch07_signals/timeout.h"

namespace proclab::signals {

/// Whether this system has it. Errors: not_supported.
Result<void> check_reach(Reach reach);

/// Sends `signal` to `child`, which nobody has reaped, and to whom else `reach` names. A group is also
/// told to go on (SIGCONT): one that is stopped could not heed anything else. That a receiver is already
/// gone is no error.
void send_to(spawn::Process& child, Reach reach, int signal);

}  // namespace proclab::signals
