// Chapter 4 · a pipe that no other child inherits, where pipe2() is missing.
#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch04_spawn/pipe_posix.h"

namespace proclab::spawn {

int pipe_cloexec(int (&ends)[2]) {
  if (::pipe(ends) == -1) return -1;
  for (const int end : ends)
    ::fcntl(end, F_SETFD, FD_CLOEXEC);  // fails only for what is no descriptor
  return 0;
}

}  // namespace proclab::spawn
