// Chapter 14 · warden: who is still there, and then nobody, on Linux.
//
// Question: the command has ended. What has it left, and how is all of that ended, with a limit on how
// long that may take? Chapter 8's kill_descendants() counts and waits for ever; this one names names and
// gives up. Read chapter 8's descendants_posix.cpp before.
#pragma once

#include <vector>

#include "chapters/ch14_warden/cgroup_linux.h"
#include "chapters/ch14_warden/warden.h"
#include "platform/clock.h"

namespace proclab::warden {

struct Swept {
  std::vector<Survivor> survivors;  ///< by pid, as they were met; 1,000 at most
  bool clean = false;               ///< nobody is left
};

/// Kills all that descends from this process, round after round, until nobody is left or the deadline has
/// passed; reaps what it has adopted. `child`, which is our own child, is killed with them and not
/// reaped: its Process is to be waited for. It is no survivor, and neither is the command when `child` is
/// an init around it. To be called after reaping::adopt_orphans(). Errors: those of processes().
Result<Swept> sweep(Pid child, bool init, Cgroup* cgroup, Deadline deadline);

}  // namespace proclab::warden
