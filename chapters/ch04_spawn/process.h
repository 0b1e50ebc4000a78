// Chapter 4 · spawn: a child that runs, and the duty to wait for it.
//
// Question: who must wait for a child, what does waiting tell, and when is a pid safe to signal?
// Read before: spawn.h, which makes these. Meets: waitpid, pidfd_open, kill; WaitForSingleObject,
// GetExitCodeProcess, TerminateProcess.
#pragma once

#include <optional>
#include <string>

#include "platform/clock.h"
#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::spawn {

/// Signals that kill() takes on both systems, by POSIX's numbers. Windows has no signals: there they
/// are names for TerminateProcess, as in Node (doc: process.kill).
inline constexpr int kInterrupt = 2, kQuit = 3, kKill = 9, kTerminate = 15;

/// How a child that ran has ended. One that never started is an Error of start() instead.
struct ExitStatus {
  /// What it passed to exit() or returned from main: 0-255 on POSIX, 32 bits on Windows.
  /// Meaningless when `signal` is set.
  unsigned code = 0;
  /// The signal that killed it, or 0. Windows: the signal that kill() of this Process stood for.
  int signal = 0;
  /// POSIX: the kernel wrote a core file (WCOREDUMP).
  bool core = false;

  [[nodiscard]] bool success() const { return signal == 0 && code == 0; }
  /// "exit 3" or "signal 15": for a person.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

/// A started child. It owns the duty to wait: until somebody does, the kernel must keep the exit
/// status, as a zombie (POSIX) or an open process handle (Windows). Letting one go without wait() or
/// disown() is a bug, and asserts. Moves, never copies. One thread at a time.
class Process {
 public:
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  /// The child's id. After it has been waited for, the system may give the number to a stranger:
  /// print it, but signal only through kill().
  [[nodiscard]] Pid pid() const { return pid_; }
  /// Whether it has still to be waited for. As long as it has, pid() is this child's, and no other's.
  [[nodiscard]] bool owes_wait() const { return duty_; }

  /// Blocks until the child has ended, and buries it. Again: the same status at once.
  /// Errors: no_child_process when somebody else reaped it (a waitpid(-1), or SIGCHLD ignored), or
  /// after disown(). Sources: waitpid(2); MSDN WaitForSingleObject.
  Result<ExitStatus> wait();
  /// As wait(), but nullopt at once while the child still runs.
  Result<std::optional<ExitStatus>> try_wait();
  /// As wait(), but nullopt when `deadline` passes first. Linux waits on a pidfd, which turns
  /// readable when the child ends: no signal handler, no polling.
  Result<std::optional<ExitStatus>> wait_until(Deadline deadline);
  /// As try_wait(), but the child is not buried: pid() stays its own, and so does the number of the group
  /// that it leads, which others may still be in. Nobody is told twice: wait() is still owed.
  /// Sources: waitid(2) with WNOWAIT; MSDN GetExitCodeProcess.
  Result<std::optional<ExitStatus>> peek();

  /// Sends `signal`; the child may catch or ignore it, so this is no promise that it ends (kKill is).
  /// 0 only asks whether it could be sent. Once the child has been waited for: no_such_process, and
  /// nothing is sent, whoever has the number by then. Windows: kTerminate, kKill, kInterrupt and
  /// kQuit are TerminateProcess(handle, 1); any other is function_not_supported. kill(2).
  Result<void> kill(int signal = kTerminate);

  /// Gives up the duty, and with it the status. POSIX: the child is a zombie from its end to ours, so
  /// this is for children that outlive their parent. Windows: closes the handle.
  void disown() noexcept;

  /// The system's own name for it. Windows: the process handle, owned by this object, for other waits.
  /// POSIX: none (kNoHandle); chapter 8 opens a pidfd where it wants to poll.
  [[nodiscard]] NativeHandle native() const { return handle_.get(); }

  /// For start(): takes over a child that runs. `handle` is empty on POSIX.
  Process(Pid pid, Handle handle) noexcept : pid_(pid), handle_(std::move(handle)), duty_(true) {}

 private:
  void bury(ExitStatus status) noexcept;

  Pid pid_ = 0;
  Handle handle_;
  bool duty_ = false;  // true from start() to wait() or disown()
  int sent_ = 0;       // Windows: the signal that our TerminateProcess stood for
  std::optional<ExitStatus> status_;
};

}  // namespace proclab::spawn
