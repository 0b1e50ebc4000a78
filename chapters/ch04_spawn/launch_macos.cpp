// Chapter 4 · spawn: what macOS has instead of launch_linux.cpp. Compiled, not run.
//
// No clone(2), and posix_spawn there lacks addclosefrom_np: rather than almost the same, a clear no.
// The default falls back to fork, which keeps the contract.
#include "chapters/ch04_spawn/launch_posix.h"

namespace proclab::spawn {

Result<Pid> launch_vfork(ExecPlan& plan) { return launch_fork(plan); }

Result<Pid> launch_posix_spawn(ExecPlan&) {
  return make_error("posix_spawn", std::errc::not_supported, "not written for this system");
}

}  // namespace proclab::spawn
