// Chapter 8 · reaping: what a parent can be told about a child.
//
// Question: a wait status is one int; what does it say? Read first in this chapter.
// Meets: waitid, WIFEXITED, WIFSIGNALED, WIFSTOPPED, WIFCONTINUED, WCOREDUMP; GetExitCodeProcess.
#pragma once

#include <string>

#include "chapters/ch04_spawn/process.h"
#include "platform/result.h"

namespace proclab::reaping {

/// One thing that happened to a child. The first two are its end, the others are not. A child that
/// never started has none: that is the Error of spawn::start().
struct Change {
  enum class What { exited, signalled, stopped, continued };

  What what = What::exited;
  unsigned code = 0;  ///< exited: 0-255 on POSIX, 32 bits on Windows
  int signal = 0;     ///< signalled, stopped: by which
  bool core = false;  ///< signalled: the kernel wrote a core file

  [[nodiscard]] bool ended() const { return what == What::exited || what == What::signalled; }
  /// What a shell puts into $?: the code, or 128 + the signal. For a child that has ended.
  [[nodiscard]] int shell_code() const;
  /// "exit 3", "signal 11 (core)", "stopped by signal 19", "continued": for a person.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const Change&, const Change&) = default;
};

/// A spawn::Process's end as a Change.
[[nodiscard]] Change change_of(const spawn::ExitStatus& status);

/// Blocks until something happens to the child: also when it is stopped or goes on, each of which is
/// told once. Its end is told as by child.wait(), and again after that. Windows: only ends are seen,
/// since nobody is told of a suspended thread. Errors: as Process::wait(). Threads: one at a time.
/// Sources: POSIX waitid; MSDN GetExitCodeProcess.
Result<Change> wait_change(spawn::Process& child);

}  // namespace proclab::reaping
