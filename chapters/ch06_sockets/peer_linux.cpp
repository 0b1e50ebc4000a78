// Chapter 6 · sockets: who is on the other end, on Linux. Read peer.h first.
#include "chapters/ch06_sockets/peer.h"

#include <sys/socket.h>

namespace proclab::sockets {
namespace {

constexpr int kPeerPidfd = 77;  // SO_PEERPIDFD, Linux 6.5; Debian 12's headers do not know it yet

/// SO_PEERCRED answers with zeros where there is no peer to speak of.
Result<void> must_be_local(int end) {
  int domain = 0;
  socklen_t size = sizeof domain;
  if (::getsockopt(end, SOL_SOCKET, SO_DOMAIN, &domain, &size) == -1) {
    return last_error("getsockopt");
  }
  if (domain != AF_UNIX) {
    return make_error("peer", std::errc::not_supported, "no Unix socket: its peer may be anywhere");
  }
  return {};
}

}  // namespace

//> peer
Result<Peer> peer(NativeHandle end) {
  if (const Result<void> local = must_be_local(end); !local) return local.error();
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(end, SOL_SOCKET, SO_PEERCRED, &who, &size) == -1) {
    return last_error("getsockopt(SO_PEERCRED)");
  }
  if (who.uid == static_cast<uid_t>(-1)) return make_error("peer", std::errc::not_connected);
  return Peer{who.pid, who.uid, who.gid};
}
//< peer

Result<Handle> peer_process(NativeHandle end) {
  if (const Result<void> local = must_be_local(end); !local) return local.error();
  int pidfd = -1;
  socklen_t size = sizeof pidfd;
  if (::getsockopt(end, SOL_SOCKET, kPeerPidfd, &pidfd, &size) == -1) {
    const Error why = last_error("getsockopt(SO_PEERPIDFD)");
    if (why.code != std::errc::no_protocol_option) return why;
    return make_error("peer_process", std::errc::not_supported, "SO_PEERPIDFD needs Linux 6.5");
  }
  return Handle(pidfd);  // born close-on-exec
}

}  // namespace proclab::sockets
