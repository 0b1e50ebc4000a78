// Chapter 8 · reaping: the lifeline on POSIX: a pipe on which nobody ever writes. Read before:
// parent.h.
#include <utility>

#include <fcntl.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/parent.h"

namespace proclab::reaping {

//> lifeline
Result<Lifeline> make_lifeline() {
  Result<pipes::Pipe> pipe = pipes::make_pipe();
  if (!pipe) return pipe.error();
  return Lifeline{std::move(pipe->write), std::move(pipe->read)};
}
//< lifeline

Result<NativeHandle> lifeline_in(int number) {
  // Close-on-exec from here on: what this child starts is no child of the holder.
  if (::fcntl(number, F_SETFD, FD_CLOEXEC) == -1) return last_error("fcntl");
  return number;
}

}  // namespace proclab::reaping
