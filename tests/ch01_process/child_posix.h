// Tests of chapter 1 · child: a piece of a test in a process of its own, so that what it spoils
// (a limit, a user id, the umask) ends with it.
#pragma once

#include <cerrno>

#include <sys/wait.h>
#include <unistd.h>

namespace proclab::test {

/// fork(2)s, calls `body`, _exit()s with what it returns. The wait status, as waitpid(2) gives it.
template <class Body>
int status_of_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = -1;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
  }
  return status;
}

/// The exit code, or -1 when a signal killed it.
template <class Body>
int code_of_child(Body body) {
  const int status = status_of_child(body);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

inline bool privileged() { return ::geteuid() == 0; }
inline constexpr unsigned kNobodyAtAll = 54'321;  // a user id without a name

}  // namespace proclab::test
