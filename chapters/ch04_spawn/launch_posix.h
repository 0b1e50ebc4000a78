// Chapter 4 · spawn: the three ways from a plan to a child. start() picks one.
#pragma once

#include "chapters/ch04_spawn/child_side_posix.h"
#include "platform/native.h"
#include "platform/result.h"

namespace proclab::spawn {

/// Each returns the pid of a child that has become the program, or the error after which no child, no
/// zombie and no descriptor is left. `plan` outlives the call and may be written to by it.
Result<Pid> launch_fork(ExecPlan& plan);
Result<Pid> launch_vfork(ExecPlan& plan);
Result<Pid> launch_posix_spawn(ExecPlan& plan);

/// Reads the child's report up to the pipe's end: 0 bytes (it has become the program), or sizeof failure
/// (it has not, and this is why). Anything between is a report cut short: neither.
Result<std::size_t> read_report(int fd, ChildFailure& failure);

/// Reaps a child that reported a failure, and makes an Error of its report.
Error reap_failed(Pid pid, const ChildFailure& failure);

}  // namespace proclab::spawn
