// Chapter 9 · daemon: hearing from a child, with a deadline, in each system's words. For launch.cpp
// and daemonize_posix.cpp only.
#pragma once

#include <string>

#include "chapters/ch04_spawn/process.h"
#include "platform/clock.h"
#include "platform/result.h"

namespace proclab::daemon {

enum class Heard { bytes, end, deadline };

/// Waits for bytes from `pipe` (an Async end, chapter 5) and appends them to `text`. end: nobody
/// can write any more, or what `exit` watches has ended and left nothing unread: somebody whom it
/// forked may hold the pipe. `exit` may be kNoHandle (POSIX).
Result<Heard> hear(NativeHandle pipe, NativeHandle exit, Deadline deadline, std::string& text);

/// A handle that is ready when `child` has ended. Empty, when it has and somebody else reaped it.
Result<Handle> watch_exit(const spawn::Process& child);

/// Ends `child`, which has not been waited for, and (POSIX) all of the group that it leads.
void kill_with_group(spawn::Process& child);

}  // namespace proclab::daemon
