// tests/ch02 · what must happen in a process of its own: a limit, a closed stdout, a death by signal.
#pragma once

#include <cerrno>

#include <sys/wait.h>
#include <unistd.h>

#include "platform/handle.h"

namespace proclab::test {

/// Runs `work` in a forked child, which ends by _exit with what it returns. The wait status.
template <class Work>
int in_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = -1;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
  }
  return status;
}

/// in_child for a child that exits: its code, or -1 when a signal killed it.
template <class Work>
int code_in_child(Work work) {
  const int status = in_child(work);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// A pipe, closed at the end of the test.
struct Pipe {
  Handle reader;
  Handle writer;
  Pipe() {
    int ends[2] = {-1, -1};
    if (::pipe(ends) == 0) reader = Handle(ends[0]), writer = Handle(ends[1]);
  }
};

}  // namespace proclab::test
