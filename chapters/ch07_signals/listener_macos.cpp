// Chapter 7 · signals: the same for macOS: pipe() and a flag afterwards, and sigwait(), which does not tell
// who sent it. Compiled, not run.
#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch07_signals/listener_posix.h"

namespace proclab::signals {

Result<RecordPipe> make_record_pipe() {
  int ends[2];
  if (::pipe(ends) == -1) return last_error("pipe");
  RecordPipe pipe{Handle(ends[0]), Handle(ends[1])};
  for (const int end : ends) {
    if (::fcntl(end, F_SETFD, FD_CLOEXEC) == -1) return last_error("fcntl");
  }
  if (::fcntl(ends[0], F_SETFL, O_RDONLY | O_NONBLOCK) == -1) return last_error("fcntl");
  return pipe;
}

Record wait_for_one(const sigset_t& set) noexcept {
  for (;;) {
    int signal = 0;
    if (::sigwait(&set, &signal) == 0) return {signal, 0, 0, 0};
  }
}

}  // namespace proclab::signals
