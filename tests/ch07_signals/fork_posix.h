// tests/ch07 · a child that runs a function, and how it ended.
#pragma once

#include <cerrno>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

namespace proclab::signals {

/// A fork()ed child that does `work` and leaves with what it returns. ThreadSanitizer: the caller has
/// no other thread.
template <class Work>
pid_t fork_to(Work&& work) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(std::forward<Work>(work)());
  return pid;
}

/// Waits for it: the raw status.
inline int reap(pid_t pid, int options = 0) {
  int status = -1;
  while (::waitpid(pid, &status, options) == -1 && errno == EINTR) {
  }
  return status;
}

}  // namespace proclab::signals
