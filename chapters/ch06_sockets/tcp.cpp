// Chapter 6 · sockets: an address as text. Read tcp.h first.
#include "chapters/ch06_sockets/tcp.h"

namespace proclab::sockets {

int TcpAddress::family() const {
  return host.empty() || host.find(':') != std::string::npos ? 6 : 4;
}

std::string TcpAddress::text() const {
  const std::string shown = host.empty() ? "::" : host;
  return (family() == 6 ? "[" + shown + "]" : shown) + ":" + std::to_string(port);
}

}  // namespace proclab::sockets
