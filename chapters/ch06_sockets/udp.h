// Chapter 6 · sockets: a UDP socket, as far as processes share one.
//
// Question: a datagram has no connection that could be handed on; what can two workers share? The socket itself: each
// takes the next message. Read before: tcp.h. Raw calls met: socket, setsockopt, bind.
#pragma once

#include "chapters/ch06_sockets/tcp.h"

namespace proclab::sockets {

struct UdpOptions {
  bool ipv6_only = false;
  /// SO_REUSEADDR, which for UDP means: others who say so too may have the same port. Who gets a message is not said.
  bool reuse_address = false;
};

/// A bound UDP socket: non-blocking, inherited by no child by itself. An empty host is "::". local_address() tells the port.
/// Errors: as listen_tcp(). Windows: not_supported (nothing here could pass it on). Source: POSIX bind().
Result<Socket> bind_udp(const TcpAddress& at, const UdpOptions& options = {});

}  // namespace proclab::sockets
