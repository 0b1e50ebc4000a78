// Chapter 8 · reaping: a job object: a fence around a process and all that it starts. Windows only.
//
// Question: Windows has no subreaper and no process groups to kill. What holds a family together? A
// kernel object, into which children are born with their parent. Meets: CreateJobObjectW,
// SetInformationJobObject, TerminateJobObject, QueryInformationJobObject, completion ports.
#pragma once

#include <optional>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/clock.h"
#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::reaping {

struct JobOptions {
  /// When the last handle to the job closes, all in it are ended: also when its holder was killed.
  bool kill_on_close = true;
  /// A process in it may start others outside, if it asks for that (CREATE_BREAKAWAY_FROM_JOB).
  bool breakaway = false;
  /// What a process in it starts is outside from the start (SILENT_BREAKAWAY_OK).
  bool children_outside = false;
};

/// What a job's completion port tells. Not promised (MSDN): for people and counters; what must not
/// be missed is asked of active() and of the process handles.
struct JobMessage {
  enum class What { started, ended, crashed, empty, other };
  What what = What::other;
  Pid pid = 0;  ///< of started, ended and crashed
};

/// One job object. Its handle is not inheritable, so no child keeps the family alive. One thread at
/// a time.
class Job {
 public:
  static Result<Job> make(const JobOptions& options = {});

  /// Starts a program inside: from its first instruction, and so all that it ever starts.
  Result<spawn::Process> start(spawn::Options options) const;
  /// Ends all that is in it, with this exit code. They have ended soon after, not at once.
  Result<void> terminate(unsigned code = 1) const;
  /// Takes kill_on_close back.
  Result<void> let_live() const;
  /// How many live in it.
  [[nodiscard]] Result<unsigned> active() const;
  /// The next message; nullopt when `deadline` passes first.
  Result<std::optional<JobMessage>> next(Deadline deadline = Deadline::never());
  [[nodiscard]] NativeHandle native() const { return job_.get(); }

 private:
  Job(Handle job, Handle port) : job_(std::move(job)), port_(std::move(port)) {}
  Handle job_, port_;
};

}  // namespace proclab::reaping
