// Chapter 5 · pipes: the inner loop of communicate(), one sibling a system. Not for other chapters.
#pragma once

#include "chapters/ch05_pipes/communicate.h"

namespace proclab::pipes {

/// Moves bytes both ways until all of the child's streams have ended (Stop::ended; the process may still
/// run), or what else ends it. Appends to `said`, adds to said.fed, sets said.error. Never waits for the
/// process without its streams, and does not reap it.
Stop pump(PipedChild& child, std::string_view input, const CommunicateOptions& options,
          Communicated& said);

/// Whether nobody holds the other end any more and nothing lies in the pipe: no more will come of it.
/// Does not wait. Windows: of a read end; a write end never says so without a write.
bool partner_gone(NativeHandle end);

}  // namespace proclab::pipes
