// Chapter 6 · sockets: a UDP socket, on Windows. Read udp.h first.
#include "chapters/ch06_sockets/udp.h"

namespace proclab::sockets {

Result<Socket> bind_udp(const TcpAddress&, const UdpOptions&) {
  return make_error("bind", std::errc::not_supported, "UDP is not shared on Windows");
}

}  // namespace proclab::sockets
