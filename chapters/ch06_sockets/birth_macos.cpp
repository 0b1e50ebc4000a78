// Chapter 6 · sockets: how a socket is born private, on macOS. Compiled, not run.
//
// Between socket() and fcntl() another thread may fork and exec: its program then holds our socket.
// There is no call that closes this gap. SIGPIPE is switched off per socket, not per call.
#include <fcntl.h>
#include <sys/socket.h>

#include "chapters/ch06_sockets/birth_posix.h"

namespace proclab::sockets {

const int kSendFlags = MSG_DONTWAIT;
const int kMore = 0;
const int kReceiveFlags = MSG_DONTWAIT;
const std::size_t kLongestAbstract = 0;

void make_private(int fd) noexcept {
  const int on = 1;
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  ::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);  // ENOTSOCK: then it needs none
}

Result<Handle> new_socket(int domain, int type) {
  Handle made(::socket(domain, type, 0));
  if (!made) return last_error("socket");
  make_private(made.get());
  return made;
}

Result<Pair> new_pair(int type) {
  int ends[2];
  if (::socketpair(AF_UNIX, type, 0, ends) == -1) return last_error("socketpair");
  Pair made{Handle(ends[0]), Handle(ends[1])};
  for (const int end : ends) make_private(end);
  return made;
}

Handle accept_once(int listener) noexcept {
  Handle end(::accept(listener, nullptr, nullptr));
  if (!end) return end;
  make_private(end.get());
  ::fcntl(end.get(), F_SETFL, ::fcntl(end.get(), F_GETFL) & ~O_NONBLOCK);  // the listener's
  return end;
}

}  // namespace proclab::sockets
