// Chapter 8 · reaping: a whole tree: adopt its orphans, and end all of it.
//
// Question: kill() reaches one process, or one group. How does one reach all that it has started, also the
// grandchild that fled: setsid() away from the group, a double fork away from its parent?
// Read before: family.h. Meets: prctl(PR_SET_CHILD_SUBREAPER), pidfd_send_signal, waitid.
#pragma once

#include <cstddef>
#include <span>

#include "platform/native.h"
#include "platform/result.h"

namespace proclab::reaping {

/// Makes this process the adopter ("subreaper") of all its descendants whose parents end, in init's place;
/// or no more. Whoever adopts has to reap what it adopts: see run_init(). It holds for the whole process and is
/// not inherited. Errors: not_supported where there is no such thing (macOS, Windows: there a job
/// object holds a family together). Source: PR_SET_CHILD_SUBREAPER(2const), Linux 3.4.
Result<void> adopt_orphans(bool on = true);

/// Sends SIGKILL to all that descends from this process, again and again, until nothing of it is left alive, and
/// reaps what it adopted meanwhile. Children in `own` are killed too, but not reaped: their Process is
/// to be waited for. After adopt_orphans() nobody escapes, however it fled: its parents die, and then it is a child
/// of ours. Without, only those that can still be reached from here. Blocks until they are gone: a
/// process that hangs in the kernel (state D) is waited for. No stranger is hit, whatever numbers are reused.
/// How many were killed. Errors: those of processes(); not_supported on Windows: see job_win32.h.
/// Not against a program that forks faster than it is killed: that takes a cgroup or a pid namespace.
Result<std::size_t> kill_descendants(std::span<const Pid> own = {});

}  // namespace proclab::reaping
