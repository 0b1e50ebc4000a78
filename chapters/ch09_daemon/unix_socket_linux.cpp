// Chapter 9 · daemon: a Unix-domain socket that is born close-on-exec.
#include "chapters/ch09_daemon/unix_socket_posix.h"

namespace proclab::daemon {

const bool kAbstractNames = true;

Result<Handle> unix_socket(int type) {
  Handle socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  if (!socket) return last_error("socket");
  return socket;
}

}  // namespace proclab::daemon
