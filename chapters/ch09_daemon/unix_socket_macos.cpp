// Chapter 9 · daemon: the same where a socket is made close-on-exec a moment later. Compiled, not
// run.
#include <fcntl.h>

#include "chapters/ch09_daemon/unix_socket_posix.h"

namespace proclab::daemon {

const bool kAbstractNames = false;

Result<Handle> unix_socket(int type) {
  Handle socket(::socket(AF_UNIX, type, 0));
  if (!socket) return last_error("socket");
  if (::fcntl(socket.get(), F_SETFD, FD_CLOEXEC) == -1) return last_error("fcntl");
  return socket;
}

}  // namespace proclab::daemon
