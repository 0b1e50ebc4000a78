// Chapter 14 · warden: from options to a program that runs inside its walls, on Linux.
//
// Read before: child_side_linux.h. Then launch_linux.cpp. Meets: clone(CLONE_NEWUSER | …), uid_map.
#pragma once

#include <optional>
#include <vector>

#include "chapters/ch04_spawn/process.h"
#include "chapters/ch14_warden/cgroup_linux.h"
#include "chapters/ch14_warden/warden.h"
#include "platform/handle.h"

namespace proclab::warden {

/// A set of namespaces, to be tried together.
struct Walls {
  bool user = false, pid = false, network = false, read_only = false;  // pid: with mount, ipc, uts
};

struct Launched {
  spawn::Process process;  ///< the command; with an init around it: that init, pid 1 inside
  /// With an init: the command's wait status (an int) comes out here when it has ended. Else empty.
  Handle status;
};

/// Starts `command` inside `walls`, and in the group, if there is one. When this returns a Launched, the
/// command's execve() has succeeded. An Error leaves nothing; Error::call names the step, in which
/// is_wall() tells a missing wall from a program that cannot be started.
Result<Launched> launch(const spawn::Options& command, const Walls& walls, bool seccomp,
                        Cgroup* cgroup);

/// Whether that call is one that builds a wall: then it may work without that wall.
[[nodiscard]] bool is_wall(const Error& error);

}  // namespace proclab::warden
