// Chapter 5 · pipes: talk to a child through three pipes at once, and never hang.
//
// Question: a child reads stdin and writes stdout and stderr. Each pipe holds so much and no more. In
// which order does one feed and drain them? In none: all together. Read before: pipe.h, and the demo
// 06_deadlock for what happens otherwise. Then communicate.cpp, communicate_posix.cpp. Meets: poll,
// read, write; ReadFile, WriteFile, WaitForMultipleObjects, CancelIoEx.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/clock.h"
#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::pipes {

/// A child and our ends of its standard streams, all of them Async (see pipe.h). Owns both the duty to
/// wait and the handles. An empty Handle is a stream that is not ours, or that has come to its end.
struct PipedChild {
  spawn::Process process;
  Handle input;   ///< we write, it reads
  Handle output;  ///< it writes, we read
  Handle errors;
};

/// Starts a program with a pipe at each of its slots 0, 1 and 2 that `options.slots` does not name.
/// Errors: those of spawn::start and make_pipe; then nothing is left.
Result<PipedChild> start_piped(spawn::Options options);

/// How communicate() came to its end.
enum class Stop {
  ended,     ///< every stream is at its end, and so is the process: `status` is there
  held,      ///< the process has ended (`status`), but somebody else holds a stream: see `after_exit`
  deadline,  ///< it has passed. `status` is there when at least the process had ended
  limit,     ///< there is more output than `limit`
  failed,    ///< a call failed: `error`. The child, unless it has been waited for, is still yours
};

struct CommunicateOptions {
  Deadline deadline;  ///< Never, unless you say so.
  /// How many bytes of output and of errors, each, are taken. One byte more is Stop::limit.
  std::size_t limit = std::numeric_limits<std::size_t>::max();
  /// How long the streams are read on after the process has ended. Nothing: to their end or the
  /// deadline. A grandchild that the child left behind may hold them for as long as it likes: with 0, what
  /// lies in the pipes when the process ends is taken, and nobody is waited for.
  std::optional<Milliseconds> after_exit;
  /// At Stop::deadline and Stop::limit, end the process (spawn::kKill: a catchable signal may be ignored),
  /// wait for it, and take what still lies in the pipes. Its own children are not killed: chapter 8.
  bool kill = false;
};

/// What was said. Whatever came in between, it has all that was read so far.
struct Communicated {
  std::string output, errors;
  /// Bytes of the input that are in the pipe. Fewer than all: the child closed its stdin, or ended,
  /// before it had read them (which is no error: `head` does it), or the deadline came first.
  std::size_t fed = 0;
  Stop stop = Stop::ended;
  std::optional<spawn::ExitStatus> status;  ///< nullopt: it runs, or somebody else reaped it (failed)
  std::optional<Error> error;               ///< for Stop::failed
};

/// Feeds `input` to the child's stdin and closes it, reads its stdout and stderr, all at the same time,
/// and waits for the process. A stream that is at its end is closed in `child`. After Stop::deadline or
/// Stop::limit the child still runs, and may be talked to again: with the rest of the input, more time or a
/// higher limit. Nothing is lost in between: what is over the limit stays in the pipe.
///
/// Kills nobody unless `options.kill`. SIGPIPE does not end the caller, nor is it changed for the
/// process (chapter 2's guard); signals that interrupt it are no end either. Windows: a write that the
/// deadline cut short counts as not `fed`.
/// Threads: one at a time for a child. Errors: in Communicated; no_child_process when somebody
/// else reaped it. Sources: POSIX poll(), write(); Python's subprocess.communicate for the idea.
[[nodiscard]] Communicated communicate(PipedChild& child, std::string_view input,
                                       const CommunicateOptions& options = {});

}  // namespace proclab::pipes
