// Chapter 5 · pipes: a | b | c, of any length.
//
// Question: which descriptors does each stage get, which must everybody close, and whose status is
// the status of the whole? Read before: pipe.h, chapter 4's spawn.h. Then pipeline.cpp, which is the same on
// every system: the chapters before have done the rest.
#pragma once

#include <vector>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/result.h"

namespace proclab::pipes {

/// One program of a pipeline.
struct Stage {
  /// Its slots 0 and 1 become the pipes' ends, unless `slots` names them: a redirection wins over
  /// the pipe, as in a shell, and the neighbour finds its pipe without a partner. The first stage's
  /// 0 and the last stage's 1 are what `slots` says, or inherited.
  spawn::Options program;
  bool errors_too = false;  ///< |& : slot 2 goes into the pipe as well, unless `slots` names it
};

/// How each stage ended, in order (bash: PIPESTATUS). An Error: it was never started.
using PipeStatus = std::vector<Result<spawn::ExitStatus>>;

/// What a shell makes of one stage's end: its exit code, 128 + the signal that killed it, 127 for a
/// program that was not found, 126 for one that could not be started for another reason.
[[nodiscard]] int shell_code(const Result<spawn::ExitStatus>& end);

/// What a shell makes of the whole: the last stage's code; with `pipefail` that of the last stage
/// which is not 0, so that a failure in the middle is not lost. 0 for no stages.
[[nodiscard]] int shell_code(const PipeStatus& status, bool pipefail);

/// A pipeline that runs. It owns the duty to wait for each of its processes (see spawn::Process).
struct Pipeline {
  /// One for each stage, in order; an Error where there is no process.
  std::vector<Result<spawn::Process>> stages;

  /// Waits for all of them, and buries all, whatever one of them does.
  PipeStatus wait();
  /// Sends `signal` to each that still runs. See spawn::Process::kill.
  void kill(int signal = spawn::kTerminate);
};

/// Starts all stages, first to last, each with its pipes and no other descriptor of ours. When it
/// returns, this process holds none of the pipes' ends: so each reader sees the end when its
/// writer is gone, and each writer a broken pipe when its reader is.
///
/// A stage that cannot be started (also: for want of a pipe, `call` is then "pipe2" or
/// "CreatePipe") does not stop the others, as in a shell: those before it write into a broken pipe,
/// those after it read an empty file, and its Error stands in its place. Nothing is lost and nobody
/// is left running.
/// Threads: any number of pipelines at the same time.
[[nodiscard]] Pipeline start_pipeline(std::vector<Stage> stages);

}  // namespace proclab::pipes
