// Chapter 3 · the pipe on which a copy answers. For copy_posix.cpp only: a file of its own, because
// Linux can make a pipe that is born close-on-exec, and macOS cannot. Chapter 5 teaches pipes.
#pragma once

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::fork {

struct AnswerPipe {
  Handle read_end;
  Handle write_end;
};

/// A pipe with both ends close-on-exec. Errors: EMFILE, ENFILE.
Result<AnswerPipe> make_answer_pipe();

}  // namespace proclab::fork
