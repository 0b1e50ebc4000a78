// Chapter 6 · sockets: a UDP socket, on POSIX. Read udp.h first.
#include "chapters/ch06_sockets/udp.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "chapters/ch06_sockets/address_posix.h"
#include "chapters/ch06_sockets/birth_posix.h"

namespace proclab::sockets {

//> bind-udp
Result<Socket> bind_udp(const TcpAddress& at, const UdpOptions& options) {
  Result<InternetName> name = resolve(at, SOCK_DGRAM);
  if (!name) return name.error();
  const int family = name->get()->sa_family;
  Result<Handle> made = new_socket(family, SOCK_DGRAM);
  if (!made) return made.error();
  Socket socket(made->release());
  const int v6 = options.ipv6_only ? 1 : 0, reuse = options.reuse_address ? 1 : 0;
  if (family == AF_INET6 &&
      ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &v6, sizeof v6) == -1) {
    return last_error("setsockopt(IPV6_V6ONLY)");
  }
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse) == -1) {
    return last_error("setsockopt(SO_REUSEADDR)");
  }
  if (::bind(socket.get(), name->get(), name->size) == -1) return last_error("bind", at.text());
  if (const Result<void> set = set_nonblocking(socket, true); !set) return set.error();
  return socket;
}
//< bind-udp

}  // namespace proclab::sockets
