// Chapter 14 · warden: what the parent hands to the code between clone() and execve(): plain data.
#pragma once

#include <linux/filter.h>

#include "chapters/ch04_spawn/child_side_posix.h"

namespace proclab::warden {

/// Where the child stopped. They follow chapter 4's steps, so that both fit in one report.
enum class Step : int {
  go = 100,
  loopback,
  mounts,
  proc,
  read_only,
  tmp,
  fork,
  capabilities,
  setgroups,
  setgid,
  setuid,
  no_new_privs,
  seccomp
};

/// What the child has to do before chapter 4's run_child() does the rest.
struct Ward {
  spawn::ExecPlan* plan;  // report_fd is set: the report pipe, above the last slot
  int go_fd;              // a byte: all is prepared; the end: our parent is gone
  int status_fd;          // -1: no init; else pid 1 tells the command's wait status here
  bool loopback;          // in a new network namespace it is there, but down
  bool mounts;            // in a mount namespace of its own
  bool proc;              // in a pid namespace of its own, whose /proc is another
  bool read_only;
  bool set_groups, set_gid, set_uid;  // taken over from the plan: see run_ward()
  const sock_fprog* filter;           // or null
};

/// Carries it out and becomes the program, or reports and exits. Called in the child, with every signal
/// blocked. Async-signal-safe throughout.
[[noreturn]] void run_ward(Ward& ward) noexcept;

/// The parts of it that have a file of their own. False: errno, and `step` says where.
bool build_mounts(const Ward& ward, Step& step) noexcept;
bool raise_loopback() noexcept;
bool drop_capabilities() noexcept;

}  // namespace proclab::warden
