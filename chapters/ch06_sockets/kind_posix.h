// Chapter 6 · sockets: Kind, as the system calls it. For this chapter's POSIX files.
#pragma once

#include <sys/socket.h>

#include "chapters/ch06_sockets/pair.h"

namespace proclab::sockets {

/// SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET.
[[nodiscard]] inline int socket_type(Kind kind) noexcept {
  return kind == Kind::datagram    ? SOCK_DGRAM
         : kind == Kind::seqpacket ? SOCK_SEQPACKET
                                   : SOCK_STREAM;
}

}  // namespace proclab::sockets
