// Chapter 2 · stdio: writing without being killed for it. POSIX only.
//
// A write() whose reader is gone raises SIGPIPE, one beyond RLIMIT_FSIZE raises SIGXFSZ; both end the
// process before write() can return EPIPE or EFBIG. Read write_signals_posix.cpp for how a library
// keeps them away without changing anything for the rest of the program.
#pragma once

#include "chapters/ch02_stdio/stream_kind.h"

namespace proclab::stdio {

/// Whether a write to such a thing can raise a signal at all: to a pipe or a socket always, to a file
/// while this process has a file size limit (getrlimit(RLIMIT_FSIZE)). A guard costs two system calls,
/// about as much as a short write to a file: who writes lines to files asks once and does without.
[[nodiscard]] bool write_may_signal(StreamKind kind) noexcept;

/// Whether the signals that a write raises were already waiting for this thread.
struct WriteSignals {
  bool pipe = false;
  bool size = false;
};

/// While it lives, a write by this thread gives EPIPE or EFBIG and kills nobody. It blocks SIGPIPE and
/// SIGXFSZ for this thread alone, and at the end takes away the one that swallow() was told of. Signals
/// that were pending before, or that somebody else sends, are delivered as if it had never been there.
/// Not for use across threads; nests. Source: POSIX write(), pthread_sigmask(), sigpending().
class WriteSignalGuard {
 public:
  /// Does nothing at all when not `needed`.
  explicit WriteSignalGuard(bool needed) noexcept;
  ~WriteSignalGuard();
  WriteSignalGuard(const WriteSignalGuard&) = delete;
  WriteSignalGuard& operator=(const WriteSignalGuard&) = delete;

  /// Say so after a write() that failed: EPIPE and EFBIG have left a signal behind, others have not.
  void swallow(int write_errno) noexcept;

 private:
  bool needed_;
  WriteSignals before_;        // pending before we came: not ours to take
  WriteSignals were_blocked_;  // blocked before we came: not ours to let in
};

}  // namespace proclab::stdio
