// Chapter 5 · pipes: what pipe_linux.cpp and pipe_macos.cpp share with pipe_posix.cpp.
#pragma once

#include "chapters/ch05_pipes/pipe.h"

namespace proclab::pipes {

/// Sets O_NONBLOCK on the ends that `ends` names. The flag belongs to the open description (chapter 2),
/// and each end of a pipe is one of its own: the other end never notices.
Result<void> make_async(const Pipe& pipe, Async ends);

}  // namespace proclab::pipes
