// Chapter 9 · daemon: the two locks on a pidfile. For pidfile_posix.cpp only.
//
// Which lock can decide who is the daemon? Three kinds, and their ways of failing:
//
//   fcntl(F_SETLK)      belongs to the process. A child of fork() has none, so it is gone after the
// double
//                       fork; and close() on *any* descriptor of the file drops it, also in a
// library.
//                       But it alone can be asked for its holder's pid.
//   flock()             belongs to the open description: outlives fork and stray closes. But nobody
// can
//                       look at it without taking it, and so a `status` can make a `start` fail.
//   fcntl(F_OFD_SETLK)  belongs to the open description, and can be looked at. Linux 3.15;
// POSIX.1-2024.
//
// So the third decides, on byte 0, and the first gives its one good thing, the name, on byte 1.
#pragma once

#include "platform/native.h"
#include "platform/result.h"

namespace proclab::daemon {

/// Takes the lock that decides. False: somebody else has it. Never waits.
Result<bool> lock_to_decide(int file);
/// Whether somebody else holds it. Takes nothing (macOS: for a moment).
Result<bool> decided(int file);
/// Takes the lock that names this process.
Result<void> lock_to_name(int file);
/// The process that took it; 0 for nobody, or for one in a pid namespace that is not ours to see.
Result<Pid> named(int file);

}  // namespace proclab::daemon
