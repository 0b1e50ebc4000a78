// Chapter 6 · sockets: TCP listeners and connections, on POSIX. Read tcp.h first.
#include "chapters/ch06_sockets/tcp.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chapters/ch06_sockets/address_posix.h"
#include "chapters/ch06_sockets/birth_posix.h"
#include "chapters/ch06_sockets/ready_posix.h"

namespace proclab::sockets {
namespace {

using Name = InternetName;

Result<Name> resolve(const TcpAddress& address) { return resolve(address, SOCK_STREAM); }

TcpAddress to_address(Name& name) {
  char host[NI_MAXHOST] = "", port[NI_MAXSERV] = "";
  ::getnameinfo(name.get(), name.size, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
  return {host, static_cast<std::uint16_t>(std::stoi(port[0] != '\0' ? port : "0"))};
}

Result<void> set_option(int fd, int level, int option, int value, const char* call) {
  if (::setsockopt(fd, level, option, &value, sizeof value) == -1) return last_error(call);
  return {};
}

//> bind-tcp
Result<Socket> bind_tcp(const TcpAddress& at, const TcpOptions& options) {
  Result<Name> name = resolve(at);
  if (!name) return name.error();
  const int family = name->get()->sa_family;
  Result<Handle> made = new_socket(family, SOCK_STREAM);
  if (!made) return made.error();
  Socket socket(made->release());
  const int fd = socket.get();
  Result<void> set = set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1, "setsockopt(SO_REUSEADDR)");
  if (set && family == AF_INET6) {  // said either way: what is usual is a setting of the system
    set = set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, options.ipv6_only, "setsockopt(IPV6_V6ONLY)");
  }
  if (set && options.reuse_port) {
    set = set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1, "setsockopt(SO_REUSEPORT)");
  }
  if (!set) return set.error();
  if (::bind(fd, name->get(), name->size) == -1) return last_error("bind", at.text());
  return socket;
}
//< bind-tcp

bool lacks_ipv6(const Error& why) {
  return why.code == std::errc::address_family_not_supported ||
         why.code == std::errc::address_not_available;
}

}  // namespace

Result<Socket> listen_tcp(const TcpAddress& at, const TcpOptions& options) {
  Result<Socket> socket = bind_tcp(at, options);
  if (!socket && at.host.empty() && lacks_ipv6(socket.error())) {
    socket = bind_tcp({"0.0.0.0", at.port}, options);
  }
  if (!socket) return socket;
  if (const Result<void> set = set_nonblocking(*socket, true); !set) return set.error();
  if (options.backlog == 0) return socket;
  if (const Result<void> on = start_listening(*socket, options.backlog); !on) return on.error();
  return socket;
}

Result<void> start_listening(const Socket& bound, int backlog) {
  if (::listen(bound.get(), backlog) == -1) return last_error("listen");
  return {};
}

Result<Socket> accept_tcp(const Socket& listener, Deadline until) {
  Handle end;
  const Result<std::size_t> got = try_then_wait(listener.get(), POLLIN, until, "accept", [&] {
    end = accept_once(listener.get());
    if (!end && errno == ECONNABORTED) errno = EINTR;  // that client is gone: the next one, please
    return end ? 0 : -1;
  });
  if (!got) return got.error();
  return Socket(end.release());
}

//> connect-tcp
Result<Socket> connect_tcp(const TcpAddress& to, Deadline until) {
  Result<Name> name = resolve(to);
  if (!name) return name.error();
  Result<Handle> made = new_socket(name->get()->sa_family, SOCK_STREAM);
  if (!made) return made.error();
  Socket socket(made->release());
  // Non-blocking meanwhile: an interrupted connect() goes on in the background, and must not be
  // called again; and only poll() has a deadline.
  if (const Result<void> set = set_nonblocking(socket, true); !set) return set.error();
  int failed = ::connect(socket.get(), name->get(), name->size) == -1 ? errno : 0;
  if (failed == EINPROGRESS) {
    const Result<std::size_t> ready = try_then_wait(socket.get(), POLLOUT, until, "connect", [&] {
      pollfd entry{socket.get(), POLLOUT, 0};
      const int now = ::poll(&entry, 1, 0);
      if (now == 0) errno = EAGAIN;
      return now == 1 ? 0 : -1;
    });
    if (!ready) return ready.error();
    socklen_t size = sizeof failed;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &failed, &size);
  }
  if (failed != 0) return Error{"connect", {failed, std::generic_category()}, to.text()};
  if (const Result<void> set = set_nonblocking(socket, false); !set) return set.error();
  return socket;
}
//< connect-tcp

Result<TcpAddress> local_address(const Socket& socket) {
  Name name;
  if (::getsockname(socket.get(), name.get(), &name.size) == -1) return last_error("getsockname");
  return to_address(name);
}

Result<TcpAddress> peer_address(const Socket& socket) {
  Name name;
  if (::getpeername(socket.get(), name.get(), &name.size) == -1) return last_error("getpeername");
  return to_address(name);
}

Result<void> set_nonblocking(const Socket& socket, bool on) {
  const int flags = ::fcntl(socket.get(), F_GETFL);
  if (flags == -1 ||
      ::fcntl(socket.get(), F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) == -1) {
    return last_error("fcntl");
  }
  return {};
}

}  // namespace proclab::sockets
