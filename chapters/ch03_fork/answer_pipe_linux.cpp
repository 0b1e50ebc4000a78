// Chapter 3 · the answer's pipe on Linux.
#include "chapters/ch03_fork/answer_pipe.h"

#include <fcntl.h>
#include <unistd.h>

namespace proclab::fork {

Result<AnswerPipe> make_answer_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) == -1) return last_error("pipe2");
  return AnswerPipe{Handle(ends[0]), Handle(ends[1])};
}

}  // namespace proclab::fork
