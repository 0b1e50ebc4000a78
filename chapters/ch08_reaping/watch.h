// Chapter 8 · reaping: one child as a thing to wait on.
//
// Question: how can a child's end be one event among others, with no signal handler and no polling?
// Read before: chapter 4's process.h. Then: shared_child.h, reaper.h, which are made of this.
// Meets: pidfd_open; kqueue with EVFILT_PROC; DuplicateHandle of a process handle.
#pragma once

#include "chapters/ch04_spawn/process.h"
#include "platform/clock.h"
#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::reaping {

/// A handle that becomes ready when the child ends, and stays so: readable for poll(2) and epoll(7), signalled for
/// WaitForMultipleObjects. It only tells: the status stays where it is, for child.wait(). It
/// means this one process for ever, also when its number has gone to another: the end of pid reuse.
///
/// Errors: no_child_process after wait() or disown(); no_such_process when the child has ended and
/// nobody can be told any more (SIGCHLD ignored: the kernel buries); too_many_files_open: each watched
/// child takes a descriptor. Sources: pidfd_open(2), Linux 5.3; kqueue(2); MSDN DuplicateHandle.
Result<Handle> watch(const spawn::Process& child);

/// Blocks until what watch() gave is ready, or until `deadline` has passed: then false. Reaps
/// nothing, so any number of threads may wait on one handle. EINTR is no end of it.
Result<bool> wait_ended(NativeHandle watched, Deadline deadline = Deadline::never());

}  // namespace proclab::reaping
