// Chapter 2 · stdio: writing without being killed for it. Read write_signals_posix.h first.
//
// A program may simply ignore SIGPIPE (Node does, and SIGXFSZ too), but a disposition belongs to the
// whole process and survives exec: a library that changes it changes every child, and `yes | head`
// run from such a child never ends. A mask belongs to one thread, and the signal of a failed write()
// is aimed at the very thread that wrote. So: block, write, take the signal away, restore.
#include "chapters/ch02_stdio/write_signals_posix.h"

#include <cerrno>
#include <csignal>

#include <pthread.h>
#include <sys/resource.h>

namespace proclab::stdio {

namespace {

sigset_t set_of(bool pipe, bool size) noexcept {
  sigset_t set;
  sigemptyset(&set);
  if (pipe) sigaddset(&set, SIGPIPE);
  if (size) sigaddset(&set, SIGXFSZ);
  return set;
}

WriteSignals members(const sigset_t& set) noexcept {
  return {sigismember(&set, SIGPIPE) == 1, sigismember(&set, SIGXFSZ) == 1};
}

WriteSignals pending() noexcept {
  sigset_t set;
  sigemptyset(&set);
  ::sigpending(&set);
  return members(set);
}

}  // namespace

bool write_may_signal(StreamKind kind) noexcept {
  if (kind != StreamKind::file) return kind == StreamKind::pipe || kind == StreamKind::socket;
  struct rlimit size {};
  return ::getrlimit(RLIMIT_FSIZE, &size) != 0 || size.rlim_cur != RLIM_INFINITY;
}

//> guard
WriteSignalGuard::WriteSignalGuard(bool needed) noexcept : needed_(needed) {
  if (!needed_) return;
  const sigset_t both = set_of(true, true);
  sigset_t old;
  ::pthread_sigmask(SIG_BLOCK, &both, &old);
  were_blocked_ = members(old);
  // Only a signal that was blocked already can be pending now; spare the call otherwise.
  if (were_blocked_.pipe || were_blocked_.size) before_ = pending();
}

void WriteSignalGuard::swallow(int write_errno) noexcept {
  if (!needed_) return;
  const WriteSignals now = pending();
  const bool pipe = write_errno == EPIPE && now.pipe && !before_.pipe;
  const bool size = write_errno == EFBIG && now.size && !before_.size;
  if (!pipe && !size) return;  // ignored, perhaps: then no signal was left (sigwait would hang)
  const sigset_t ours = set_of(pipe, size);
  int taken = 0;
  ::sigwait(&ours, &taken);  // pending, so it returns at once
  errno = write_errno;
}

WriteSignalGuard::~WriteSignalGuard() {
  if (!needed_) return;
  const sigset_t ours = set_of(!were_blocked_.pipe, !were_blocked_.size);
  ::pthread_sigmask(SIG_UNBLOCK, &ours, nullptr);
}
//< guard

}  // namespace proclab::stdio
