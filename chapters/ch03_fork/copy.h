// Chapter 3 · copy: run a function in a copy of this process, and get its result back.
//
// The question: what is the least one must do around fork() so that nothing is printed twice, no
// zombie stays and no code runs twice? Read the note first (notes/en/ch03_fork.md). Raw calls:
// fork, _exit, waitpid, pipe2. Windows has no fork: there each function here says so.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "platform/native.h"
#include "platform/result.h"

namespace proclab::fork {

/// How a copy ended: by itself with `code` (0 to 255), or killed by `signal`; the other one is left
/// at the value it has here.
struct CopyEnd {
  int code = -1;
  int signal = 0;
  friend bool operator==(const CopyEnd&, const CopyEnd&) = default;
};

/// A running copy of this process, and the duty to reap it. Moves, never copies. One thread at a
/// time.
class [[nodiscard]] Copy {
 public:
  /// Takes over the duty to reap the child `pid`. For start_copy(); a Pid from elsewhere works too.
  explicit Copy(Pid pid) noexcept : pid_(pid) {}
  Copy(Copy&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
  Copy& operator=(Copy&& other) noexcept {
    std::swap(pid_, other.pid_);
    return *this;
  }
  /// A copy that nobody waited for is killed (SIGKILL) and reaped: like a std::jthread it does not
  /// outlive its scope. A child of *its* own is not touched (chapter 8).
  ~Copy();

  /// The child's process id; 0 once it was waited for. Until then no other process can get it.
  [[nodiscard]] Pid pid() const noexcept { return pid_; }

  /// Waits until the copy has ended and reaps it. A second call fails with no_child_process, and so
  /// does the first where SIGCHLD is ignored, since the system has then thrown the status away
  /// (waitpid(2)).
  [[nodiscard]] Result<CopyEnd> wait();

 private:
  Pid pid_;
};

/// Forks. The copy runs `work` and leaves by _exit() with what it returned (its low 8 bits), so no
/// atexit handler, no destructor of a static object and no stdio buffer of the parent runs twice.
///
/// In a program with one thread `work` may do anything. In a program with threads it may call only
/// async-signal-safe functions, and no malloc, printf or mutex is one (POSIX.1-2017, fork and
/// 2.4.3): then start a program instead (chapter 4). What `work` writes with stdio it must fflush
/// itself. An exception that leaves `work` ends the copy by SIGABRT; it never unwinds into a second
/// life of the caller.
///
/// Errors: fork's EAGAIN (RLIMIT_NPROC, pids cgroup) and ENOMEM; on Windows function_not_supported.
Result<Copy> start_copy(const std::function<int()>& work);

/// What a copy wrote, and how it ended.
struct Answer {
  std::string bytes;
  CopyEnd end;
};

/// start_copy() with a way back: `work` gets the write end of a pipe (close-on-exec), which this
/// function still owns. Returns when that pipe is at its end *and* the copy was reaped; so a child
/// which `work` leaves behind with the pipe open delays it. Same rules and errors as start_copy().
Result<Answer> ask_copy(const std::function<int(NativeHandle out)>& work);

}  // namespace proclab::fork
