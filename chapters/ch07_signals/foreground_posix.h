// Chapter 7 · signals: who owns the terminal. POSIX only.
//
// Question: whom does Ctrl-C reach? The foreground process group of the terminal, all of it; a background
// job that reads is stopped instead (SIGTTIN). One number in the terminal says which group that is, and
// a shell moves it about. Read send.h before. Meets: tcgetpgrp, tcsetpgrp, setpgid.
#pragma once

#include "platform/native.h"
#include "platform/result.h"

namespace proclab::signals {

/// The foreground group of the terminal `tty`. Errors: inappropriate_io_control_operation when it is no
/// terminal, or not this session's. Source: POSIX tcgetpgrp().
[[nodiscard]] Result<Pid> foreground(NativeHandle tty);

/// Puts a group of this session into the foreground. From the background that would stop the caller
/// itself (SIGTTOU), which is held off for the moment; this is how a shell takes its terminal back.
/// Source: POSIX tcsetpgrp().
Result<void> set_foreground(NativeHandle tty, Pid group);

/// Makes this process the leader of a group of its own, in the same session; no change when it leads
/// one already (a session's leader always does). Source: POSIX setpgid().
Result<void> lead_group();

}  // namespace proclab::signals
