// Chapter 13 · cluster: from a worker's wish to a socket. Read server.h first.
#include "chapters/ch06_sockets/udp.h"
#include "chapters/ch13_cluster/server.h"
#include "platform/native.h"

namespace proclab::cluster {
namespace {

constexpr int kUsualBacklog = 511;
constexpr unsigned kIpv6Only = 1, kReuseAddress = 4;  // libuv's

sockets::TcpAddress address_of(const Place& place) {
  return {place.address.value_or(""), static_cast<std::uint16_t>(place.port)};
}

int backlog_of(const Place& place) {
  return place.backlog.value_or(0) > 0 ? *place.backlog : kUsualBacklog;
}

/// Takes over a listener that is shared: who holds the pointer does not own the descriptor.
std::shared_ptr<const sockets::Socket> borrowed(NativeHandle native) {
  return {new sockets::Socket(native), [](const sockets::Socket* socket) {
            (void)const_cast<sockets::Socket*>(socket)->release();
            delete socket;
          }};
}

Result<void> open_local(loop::Loop& loop, Servers::Server& server, const Place& place) {
  if (kWindows) {
    return make_error("listen", std::errc::not_supported, "a named pipe cannot be passed on");
  }
  Result<sockets::LocalListener> listener =
      sockets::LocalListener::open(*place.address, {.backlog = backlog_of(place)});
  if (!listener) return listener.error();
  if (server.policy != Policy::round_robin) {
    server.file = std::move(*listener);
    server.socket = borrowed(server.file->native());
    return {};
  }
  Result<loop::LocalServer> door = loop::LocalServer::open(loop, std::move(*listener));
  if (!door) return door.error();
  server.local = std::move(*door);
  return {};
}

Result<void> open_udp(Servers::Server& server, const Place& place) {
  const unsigned flags = place.flags.value_or(0);
  sockets::TcpAddress at = address_of(place);
  if (at.host.empty() && place.family == Place::Family::udp4) at.host = "0.0.0.0";
  Result<sockets::Socket> socket = sockets::bind_udp(
      at, {.ipv6_only = (flags & kIpv6Only) != 0, .reuse_address = (flags & kReuseAddress) != 0});
  if (!socket) return socket.error();
  server.socket = std::make_shared<const sockets::Socket>(std::move(*socket));
  server.dgram_type = place.family == Place::Family::udp4 ? "udp4" : "udp6";
  return {};
}

//> open-tcp
Result<void> open_tcp(loop::Loop& loop, Servers::Server& server, const Place& place) {
  const bool is_rr = server.policy == Policy::round_robin;
  server.tcp_options = {.backlog = is_rr || kWindows ? backlog_of(place) : 0,
                        .ipv6_only = (place.flags.value_or(0) & kIpv6Only) != 0,
                        .reuse_port = server.policy == Policy::reuse_port};
  Result<sockets::Socket> socket = sockets::listen_tcp(address_of(place), server.tcp_options);
  if (!socket) return socket.error();
  Result<sockets::TcpAddress> name = sockets::local_address(*socket);
  if (!name) return name.error();
  server.name = *name;
  if (!is_rr) {  // bound, and no more: it is the workers who call listen()
    server.socket = std::make_shared<const sockets::Socket>(std::move(*socket));
    return {};
  }
  Result<loop::TcpServer> door = loop::TcpServer::open(loop, std::move(*socket));
  if (!door) return door.error();
  server.tcp = std::move(*door);
  return {};
}
//< open-tcp

}  // namespace

Result<void> open_listener(loop::Loop& loop, Servers::Server& server, const Place& place) {
  if (place.is_udp()) return open_udp(server, place);
  if (place.is_local()) return open_local(loop, server, place);
  if (place.fd && *place.fd >= 0) {
    return make_error("listen", std::errc::not_supported, "a descriptor of the primary's");
  }
  return open_tcp(loop, server, place);
}

Result<std::shared_ptr<const sockets::Socket>> another_socket(const Servers::Server& server) {
  Result<sockets::Socket> socket = sockets::listen_tcp(*server.name, server.tcp_options);
  if (!socket) return socket.error();
  return std::make_shared<const sockets::Socket>(std::move(*socket));
}

}  // namespace proclab::cluster
