// Chapter 6 · sockets: TCP listeners and connections, as far as processes hand them on.
//
// Question: what must be said so that a port is ours, for both families, and for the workers that will
// share it? Read before: socket.h, local.h. This is no networking course: names are not looked up.
// Raw calls met: socket, setsockopt, bind, listen, accept, connect, getsockname, getaddrinfo.
#pragma once

#include <cstdint>
#include <string>

#include "chapters/ch06_sockets/socket.h"
#include "platform/clock.h"
#include "platform/result.h"

namespace proclab::sockets {

/// A numeric address and a port.
struct TcpAddress {
  std::string host;  ///< "127.0.0.1", "::1", "fe80::1%eth0"; empty: any address, see listen_tcp()
  std::uint16_t port = 0;  ///< 0 to listen_tcp(): one that is free

  /// 4 or 6; 6 for an empty host.
  [[nodiscard]] int family() const;
  /// "127.0.0.1:80", "[::1]:80".
  [[nodiscard]] std::string text() const;
  friend bool operator==(const TcpAddress&, const TcpAddress&) = default;
};

struct TcpOptions {
  /// Connections that wait for accept(). 0: bound, but not listening yet; see start_listening().
  int backlog = 511;
  bool ipv6_only = false;   ///< an IPv6 address takes no IPv4 clients
  bool reuse_port = false;  ///< SO_REUSEPORT: several sockets on one port. Windows: not_supported
};

/// A listening socket: non-blocking (several processes may share it, and another may be faster between
/// "a client waits" and accept()), and inherited by no child by itself. An empty host is "::" for both
/// families, as in Node; "0.0.0.0" where the system has no IPv6.
///
/// POSIX: with SO_REUSEADDR, so that old connections do not keep a restarted server from its port.
/// Windows: with SO_EXCLUSIVEADDRUSE instead; SO_REUSEADDR would let anybody take the port from us.
/// Errors: address_in_use, permission_denied, address_not_available, invalid_argument: no numeric address.
Result<Socket> listen_tcp(const TcpAddress& at, const TcpOptions& options = {});

/// Begins to listen with a bound socket, or changes the backlog of one that listens. listen(2)
Result<void> start_listening(const Socket& bound, int backlog = 511);

/// The next client: a blocking socket that no child inherits. Waits until the deadline; one that has
/// passed makes one attempt. Errors: timed_out; too_many_files_open, and the client waits on.
Result<Socket> accept_tcp(const Socket& listener, Deadline until = {});

/// A connection, blocking, inherited by no child by itself.
/// Errors: connection_refused, timed_out, network_unreachable, host_unreachable, invalid_argument.
Result<Socket> connect_tcp(const TcpAddress& to, Deadline until = {});

/// Where a socket is bound: after listen_tcp() on port 0, the real port. getsockname(2)
Result<TcpAddress> local_address(const Socket& socket);
/// The other end's address. Errors: not_connected. getpeername(2)
Result<TcpAddress> peer_address(const Socket& socket);

/// Whether calls on it wait. POSIX: of the open description, so for all who share it (chapter 2).
Result<void> set_nonblocking(const Socket& socket, bool on);

}  // namespace proclab::sockets
