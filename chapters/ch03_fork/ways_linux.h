// Chapter 3 · ways: fork, vfork and clone(CLONE_VM|CLONE_VFORK) behind one call, to compare.
//
// The question: what does each of the three copy, and what does it cost? Read copy.h before. Raw
// calls: fork, vfork, clone. Linux only: vfork that shares memory and clone are Linux's.
#pragma once

#include "platform/native.h"
#include "platform/result.h"

namespace proclab::fork {

enum class Way {
  fork,      ///< memory copied (on write); parent and child run side by side
  vfork,     ///< memory *and stack* shared; the calling thread waits for the child's _exit or exec
  clone_vm,  ///< as vfork, but the child has a stack of its own
};

/// Makes a child that runs `work(data)` and leaves by _exit() with its result. Returns the child's
/// pid; the caller reaps it. With vfork and clone_vm it returns only when the child has left, what
/// `work` writes to memory stays written in the parent, errno included, and `work` must not return
/// through anything but its end, nor exit(), nor touch a lock (vfork(2)). Thread-safe.
/// Errors: EAGAIN, ENOMEM.
[[nodiscard]] Result<Pid> start_by(Way way, int (*work)(void*), void* data);

}  // namespace proclab::fork
