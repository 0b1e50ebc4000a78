// tests/ch09 · what must not happen to the test program itself happens in a copy of it.
#pragma once

#include <cerrno>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

namespace proclab::daemon {

/// Runs `body` in a fork without exec; its exit code, or 128 + the signal. No other thread may run.
inline int in_a_fork(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace proclab::daemon
