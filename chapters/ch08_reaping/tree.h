// Chapter 8 · reaping: a program and all that it starts, to be ended together.
//
// Question: a shell that is killed leaves its commands behind. What has to be settled before it
// starts, so that one call reaches all of them later? POSIX: a process group, which children are
// born into. Windows: a job object, the same with a lock on the door. Read before: descendants.h
// (for who fled), job_win32.h. Meets: kill; TerminateJobObject.
#pragma once

#include <memory>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/result.h"

namespace proclab::reaping {

/// What is around one program, its leader. Moves, never copies; one thread at a time. When the
/// object goes, those inside live on. When the whole process goes (a crash, SIGKILL): POSIX: they
/// live on; Windows: they end with it.
class Tree {
 public:
  /// Errors: Windows: those of a job.
  static Result<Tree> make();
  Tree(Tree&&) noexcept;
  Tree& operator=(Tree&&) noexcept;
  ~Tree();

  /// The next spawn::start() of these options makes the leader. POSIX: it leads a group of its own
  /// (or a session, if that is asked for), so a terminal's Ctrl-C does not reach it any more.
  void put_around(spawn::Options& options) const;

  /// Sends `signal` to the leader and to all that is with it. Those that are stopped go on, to heed
  /// it. Not reached: POSIX: who made a group or a session of its own. Windows: nobody escapes, and
  /// each signal that there is ends all at once. Errors: no_such_process: `leader` has been waited
  /// for, and the number is not its own any more (Process::peek() tells the status without that);
  /// function_not_supported: Process::kill().
  Result<void> kill(spawn::Process& leader, int signal = spawn::kTerminate) const;

 private:
  struct State;
  explicit Tree(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Windows: puts the child, and not what it starts, into a job that ends with this process, however
/// that ends: what libuv does with every child that is not detached. POSIX: has no such thing, and
/// changes nothing: a child that shall end with its parent must look for its death itself
/// (parent.h).
Result<void> put_in_our_job(spawn::Options& options);

}  // namespace proclab::reaping
