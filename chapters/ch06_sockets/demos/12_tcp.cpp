// Chapter 6 · tcp: one port, two families. Who reaches which listener?
//
// Look for: an empty host takes both, and sees an IPv4 client in IPv6's clothes. Port 0 is whatever
// is free, so the second listener on the real number is told that it is taken.
//
// Run: ch06_tcp
#include <cstdio>
#include <cstring>
#include <string>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/tcp.h"

using namespace proclab;
using sockets::Socket;
using sockets::TcpAddress;

/// What the listener sees of a client that connects to `host`, or why none got through.
static std::string seen_from(const Socket& listener, const char* host) {
  const Deadline soon = Deadline::after(Milliseconds(5'000));
  const auto at = sockets::local_address(listener);
  const Result<Socket> client =
      sockets::connect_tcp({host, at ? at->port : std::uint16_t{0}}, soon);
  if (!client) {
    return client.error().code == std::errc::connection_refused ? "refused" : "no such network";
  }
  const Result<Socket> served = sockets::accept_tcp(listener, soon);
  const Result<TcpAddress> from =
      served ? sockets::peer_address(*served) : Result<TcpAddress>(served.error());
  return from ? "from " + from->host : from.error().message();
}

static void show(const char* name, const TcpAddress& at, const sockets::TcpOptions& options) {
  const Result<Socket> listener = sockets::listen_tcp(at, options);
  if (!listener) return std::printf("%-14s %s\n", name, listener.error().message().c_str()), void();
  std::printf("%-14s %-24s %s\n", name, seen_from(*listener, "127.0.0.1").c_str(),
              seen_from(*listener, "::1").c_str());
}

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch06_tcp\nListens for IPv4, IPv6 and both, and connects to each."), 0;
  }
  if (!sockets::listen_tcp({"::1", 0})) return std::puts("no IPv6 on this machine"), 77;
  std::printf("%-14s %-24s %s\n", "listener", "to 127.0.0.1", "to ::1");
  show("127.0.0.1", {"127.0.0.1", 0}, {});
  show("::, IPv6 only", {"::", 0}, {.ipv6_only = true});
  show("empty host", {}, {});
  const Result<Socket> first = sockets::listen_tcp({"127.0.0.1", 0});
  if (!first) return 1;
  const Result<Socket> second = sockets::listen_tcp(*sockets::local_address(*first));
  std::printf("the same port again: %s\n",
              !second && second.error().code == std::errc::address_in_use ? "taken" : "?");
}
