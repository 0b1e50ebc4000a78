// Chapter 7 · signals: what listening needs of Linux: a pipe that no child inherits, and a wait that
// tells who sent it. Meets: pipe2, sigwaitinfo.
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch07_signals/listener_posix.h"

namespace proclab::signals {

Result<RecordPipe> make_record_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) == -1) return last_error("pipe2");
  RecordPipe pipe{Handle(ends[0]), Handle(ends[1])};
  if (::fcntl(ends[0], F_SETFL, O_RDONLY | O_NONBLOCK) == -1) return last_error("fcntl");
  return pipe;
}

Record wait_for_one(const sigset_t& set) noexcept {
  for (;;) {
    siginfo_t info;
    if (::sigwaitinfo(&set, &info) != -1) return record_of(info);
  }  // EINTR: some other handler ran, or a debugger stopped us
}

}  // namespace proclab::signals
