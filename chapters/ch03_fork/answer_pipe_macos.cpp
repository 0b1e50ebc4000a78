// Chapter 3 · the answer's pipe on macOS, which has no pipe2. Compiled, not run.
//
// Between pipe() and fcntl() another thread may fork and exec: its program then holds our pipe
// open. There is no call that closes this gap.
#include "chapters/ch03_fork/answer_pipe.h"

#include <fcntl.h>
#include <unistd.h>

namespace proclab::fork {

Result<AnswerPipe> make_answer_pipe() {
  int ends[2];
  if (::pipe(ends) == -1) return last_error("pipe");
  AnswerPipe made{Handle(ends[0]), Handle(ends[1])};
  for (const int end : ends) {
    if (::fcntl(end, F_SETFD, FD_CLOEXEC) == -1) return last_error("fcntl");
  }
  return made;
}

}  // namespace proclab::fork
