// Chapter 8 · reaping: the duties of pid 1, for a container or for any family.
//
// Question: what must a program do that runs as pid 1, or in its place? Forward signals, reap everything,
// and end as its child ended. Read before: descendants.h. Meets: signalfd, waitid(P_ALL), tcsetpgrp.
#pragma once

#include "chapters/ch04_spawn/spawn.h"
#include "platform/native.h"
#include "platform/result.h"

namespace proclab::reaping {

struct InitOptions {
  /// What to run. It gets a process group of its own and, where we have a terminal, its foreground.
  spawn::Options command;
  /// Forward signals to the child's whole group, not to the child alone. Windows: no matter.
  bool group = false;
  /// When this becomes ready (Lifeline::end), all is killed and the result is 128 + 9. Stays the caller's.
  NativeHandle lifeline = kNoHandle;
};

/// Runs the command and is init to it, until it ends; gives back what a shell would call its end: the
/// code, or 128 + the signal. An Error means that it never started. Every signal that can be caught,
/// but SIGCHLD and those of a fault of our own, is passed on. All that ends is reaped; and nothing outlives it: what is left
/// at the end is killed (by the kernel where we are pid 1, else by kill_descendants()).
///
/// For a program that does nothing else: it adopts, it reaps children that it did not start, and leaves all
/// signals blocked at the end, since one that came late must not change how we end. One thread.
/// Windows: a job object holds the family, and Ctrl-C reaches it without us. macOS: not_supported.
Result<int> run_init(const InitOptions& options);

}  // namespace proclab::reaping
