// Chapter 6 · sockets: TCP listeners and connections, on Windows. Read tcp.h first.
//
// The calls have their POSIX names and not quite their meaning: SO_REUSEADDR steals ports, accepted sockets
// take their listener's non-blocking mode, and every socket is born inheritable.
#include "chapters/ch06_sockets/tcp.h"

#include <winsock2.h>
#include <ws2tcpip.h>

#include <cstring>

#include "chapters/ch06_sockets/socket_win32.h"

namespace proclab::sockets {
namespace {

struct Name {
  sockaddr_storage bytes{};
  int size = sizeof bytes;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&bytes); }
};

Result<Name> resolve(const TcpAddress& address) {
  if (const Result<void> ready = start_sockets(); !ready) return ready.error();
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string host = address.host.empty() ? "::" : address.host;
  if (::getaddrinfo(host.c_str(), std::to_string(address.port).c_str(), &hints, &found) != 0) {
    return make_error("address", std::errc::invalid_argument, host + " is no numeric address");
  }
  Name name;
  name.size = static_cast<int>(found->ai_addrlen);
  std::memcpy(&name.bytes, found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  return name;
}

TcpAddress to_address(Name& name) {
  char host[NI_MAXHOST] = "", port[NI_MAXSERV] = "";
  ::getnameinfo(name.get(), name.size, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
  return {host, static_cast<std::uint16_t>(std::stoi(port[0] != '\0' ? port : "0"))};
}

Result<Socket> new_socket(int family) {
  Socket made(to_native(::WSASocketW(family, SOCK_STREAM, IPPROTO_TCP, nullptr, 0,
                                     WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT)));
  if (!made) return last_error("WSASocketW");
  return made;
}

Result<void> set_option(const Socket& socket, int level, int option, DWORD value,
                        const char* call) {
  if (::setsockopt(to_socket(socket.get()), level, option, reinterpret_cast<const char*>(&value),
                   sizeof value) != 0) {
    return last_error(call);
  }
  return {};
}

//> bind-tcp
Result<Socket> bind_tcp(const TcpAddress& at, const TcpOptions& options) {
  if (options.reuse_port) {
    return make_error("reuse_port", std::errc::not_supported, "Windows has no SO_REUSEPORT");
  }
  Result<Name> name = resolve(at);
  if (!name) return name.error();
  const int family = name->get()->sa_family;
  Result<Socket> socket = new_socket(family);
  if (!socket) return socket.error();
  Result<void> set =
      set_option(*socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1, "setsockopt(SO_EXCLUSIVEADDRUSE)");
  if (set && family == AF_INET6) {
    set = set_option(*socket, IPPROTO_IPV6, IPV6_V6ONLY, options.ipv6_only,
                     "setsockopt(IPV6_V6ONLY)");
  }
  if (!set) return set.error();
  if (::bind(to_socket(socket->get()), name->get(), name->size) != 0) {
    return last_error("bind", at.text());
  }
  return socket;
}
//< bind-tcp

bool lacks_ipv6(const Error& why) {
  return why.code == std::errc::address_family_not_supported ||
         why.code == std::errc::address_not_available;
}

/// Waits until `events` are there. False: the deadline came first.
Result<bool> wait_for(const Socket& socket, short events, Deadline until) {
  for (;;) {
    WSAPOLLFD entry{to_socket(socket.get()), events, 0};
    const int ready = ::WSAPoll(&entry, 1, until.poll_timeout());
    if (ready == SOCKET_ERROR) return last_error("WSAPoll");
    if (ready > 0) return true;
    if (until.passed()) return false;
  }
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
  if (::listen(to_socket(bound.get()), backlog) != 0) return last_error("listen");
  return {};
}

Result<Socket> accept_tcp(const Socket& listener, Deadline until) {
  for (;;) {
    Socket end(to_native(::accept(to_socket(listener.get()), nullptr, nullptr)));
    if (end) {
      Result<void> set = set_nonblocking(end, false);  // it was born with the listener's mode
      if (set) set = make_private(end);
      if (!set) return set.error();
      return end;
    }
    const int why = ::WSAGetLastError();
    if (why == WSAECONNRESET) continue;  // that client is gone: the next one, please
    if (why != WSAEWOULDBLOCK) return last_error("accept");
    const Result<bool> ready = wait_for(listener, POLLRDNORM, until);
    if (!ready) return ready.error();
    if (!*ready) return make_error("accept", std::errc::timed_out);
  }
}

//> connect-tcp
Result<Socket> connect_tcp(const TcpAddress& to, Deadline until) {
  Result<Name> name = resolve(to);
  if (!name) return name.error();
  Result<Socket> socket = new_socket(name->get()->sa_family);
  if (!socket) return socket.error();
  if (const Result<void> set = set_nonblocking(*socket, true); !set) return set.error();
  if (::connect(to_socket(socket->get()), name->get(), name->size) != 0) {
    if (::WSAGetLastError() != WSAEWOULDBLOCK) return last_error("connect", to.text());
    // Not WSAPoll: before Windows 10 2004 it never hears of a connection that was refused.
    fd_set made, failed;
    FD_ZERO(&made);
    FD_ZERO(&failed);
    FD_SET(to_socket(socket->get()), &made);
    FD_SET(to_socket(socket->get()), &failed);
    const int left = until.poll_timeout();
    timeval limit{left / 1000, left % 1000 * 1000};
    const int ready = ::select(0, nullptr, &made, &failed, left < 0 ? nullptr : &limit);
    if (ready == SOCKET_ERROR) return last_error("select");
    if (ready == 0) return make_error("connect", std::errc::timed_out, to.text());
    int why = 0, size = sizeof why;
    ::getsockopt(to_socket(socket->get()), SOL_SOCKET, SO_ERROR, reinterpret_cast<char*>(&why),
                 &size);
    if (why != 0) {
      ::SetLastError(static_cast<DWORD>(why));
      return last_error("connect", to.text());
    }
  }
  if (const Result<void> set = set_nonblocking(*socket, false); !set) return set.error();
  return socket;
}
//< connect-tcp

Result<TcpAddress> local_address(const Socket& socket) {
  Name name;
  if (::getsockname(to_socket(socket.get()), name.get(), &name.size) != 0) {
    return last_error("getsockname");
  }
  return to_address(name);
}

Result<TcpAddress> peer_address(const Socket& socket) {
  Name name;
  if (::getpeername(to_socket(socket.get()), name.get(), &name.size) != 0) {
    return last_error("getpeername");
  }
  return to_address(name);
}

Result<void> set_nonblocking(const Socket& socket, bool on) {
  u_long value = on ? 1 : 0;
  if (::ioctlsocket(to_socket(socket.get()), static_cast<long>(FIONBIO), &value) != 0) {
    return last_error("ioctlsocket");
  }
  return {};
}

}  // namespace proclab::sockets
