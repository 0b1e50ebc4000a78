// Chapter 2 · stdio: the kinds' names.
#include "chapters/ch02_stdio/stream_kind.h"

namespace proclab::stdio {

const char* to_string(StreamKind kind) noexcept {
  switch (kind) {
    case StreamKind::file: return "file";
    case StreamKind::tty: return "tty";
    case StreamKind::pipe: return "pipe";
    case StreamKind::socket: return "socket";
    case StreamKind::null_device: return "null device";
    case StreamKind::other_device: return "other device";
    case StreamKind::closed: return "closed";
  }
  return "?";
}

}  // namespace proclab::stdio
