// Chapter 6 · sockets: how a socket is born private, on Linux: flags, and no moment in between.
#include <sys/socket.h>
#include <sys/un.h>

#include "chapters/ch06_sockets/birth_posix.h"

namespace proclab::sockets {

const int kSendFlags = MSG_DONTWAIT | MSG_NOSIGNAL;
const int kMore = MSG_MORE;
const int kReceiveFlags = MSG_DONTWAIT | MSG_CMSG_CLOEXEC;
const std::size_t kLongestAbstract = sizeof sockaddr_un::sun_path;

Result<Handle> new_socket(int domain, int type) {
  Handle made(::socket(domain, type | SOCK_CLOEXEC, 0));
  if (!made) return last_error("socket");
  return made;
}

//> new-pair
Result<Pair> new_pair(int type) {
  int ends[2];
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) == -1) return last_error("socketpair");
  return Pair{Handle(ends[0]), Handle(ends[1])};
}
//< new-pair

Handle accept_once(int listener) noexcept {
  return Handle(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
}

void make_private(int) noexcept {}  // MSG_CMSG_CLOEXEC has done it

}  // namespace proclab::sockets
