// Chapter 4 · a pipe that no other child inherits, in one call.
#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch04_spawn/pipe_posix.h"

namespace proclab::spawn {

int pipe_cloexec(int (&ends)[2]) { return ::pipe2(ends, O_CLOEXEC); }

}  // namespace proclab::spawn
