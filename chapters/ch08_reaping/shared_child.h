// Chapter 8 · reaping: one child, many threads.
//
// Question: two threads wait for the same child; who gets its status? And a third sends it a signal at
// the moment when it is reaped: who gets that? Read before: watch.h. Then: shared_child.cpp, short.
#pragma once

#include <memory>
#include <mutex>

#include "chapters/ch04_spawn/process.h"
#include "chapters/ch08_reaping/watch.h"

namespace proclab::reaping {

/// A child that any number of threads may wait for and signal at the same time. All are told the same
/// status. It owns the duty to wait; what spawn::Process asserts when it is let go, holds here too.
class SharedChild {
 public:
  /// Takes the child over. When that fails the child has been left as it was: `child` still owns it.
  /// Errors: as watch(), among them too_many_files_open.
  static Result<std::unique_ptr<SharedChild>> take(spawn::Process& child);

  /// Blocks until the child has ended. Other threads' waits and signals go on meanwhile.
  Result<spawn::ExitStatus> wait();
  /// As wait(), but nullopt when `deadline` passes first.
  Result<std::optional<spawn::ExitStatus>> wait_until(Deadline deadline);
  /// As Process::kill(): no_such_process once any thread has waited, and never to a stranger.
  Result<void> kill(int signal = spawn::kTerminate);

 private:
  SharedChild(Handle watched, spawn::Process child)
      : watched_(std::move(watched)), child_(std::move(child)) {}

  const Handle watched_;  // outlives the reaping, so nobody waits on a number that has moved on
  std::mutex mutex_;
  spawn::Process child_;  // guarded by mutex_
};

}  // namespace proclab::reaping
