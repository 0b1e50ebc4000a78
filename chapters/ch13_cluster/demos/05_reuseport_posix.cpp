// Chapter 13 · reuseport: what becomes of clients that wait, when one of two listeners closes.
//
// Look for: with one socket that two hold, nothing: the queue belongs to the socket, and it lives on. With SO_REUSEPORT each
// has a socket and a queue of its own, and a client is put into one of them by its first packet. Whoever is in the queue
// that closes is reset, though the other listener is idle. Nobody has made a mistake; that is how it works.
//
// Run: ch13_reuseport
#include <cstdio>
#include <string>
#include <vector>

#include <unistd.h>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/tcp.h"
#include "platform/self.h"

namespace {

using namespace proclab;

constexpr int kClients = 20;

/// Two listeners of one port; the first closes while all clients wait; the second serves those that it finds.
void show(const char* what, sockets::Socket first, const sockets::Socket& second) {
  const sockets::TcpAddress where = *sockets::local_address(second);
  std::vector<sockets::Socket> clients;
  for (int i = 0; i < kClients; ++i) clients.push_back(*sockets::connect_tcp(where));
  //> close
  first.close();
  int served = 0;
  for (;;) {
    const Result<sockets::Socket> one =
        sockets::accept_tcp(second, Deadline::after(Milliseconds(0)));
    if (!one) break;
    served += sockets::send_all(one->get(), "hello") ? 1 : 0;
  }
  //< close
  int reset = 0;
  for (const sockets::Socket& client : clients) {
    char room[16];
    const Result<std::size_t> got =
        sockets::receive(client.get(), room, Deadline::after(Milliseconds(5'000)));
    if (!got && got.error().code == std::errc::connection_reset) ++reset;
  }
  std::printf("%s: %d clients waited, %d were served, %d were reset\n", what, kClients, served,
              reset);
}

}  // namespace

int main() {
  if (!fill_std_slots()) return 125;
  {
    const sockets::Socket one = *sockets::listen_tcp({"127.0.0.1", 0});
    show("one socket, held twice", sockets::Socket(::dup(one.get())), one);
  }
  //> two
  sockets::Socket first = *sockets::listen_tcp({"127.0.0.1", 0}, {.reuse_port = true});
  const sockets::TcpAddress same = *sockets::local_address(first);
  const sockets::Socket second = *sockets::listen_tcp(same, {.reuse_port = true});
  //< two
  show("two sockets, SO_REUSEPORT", std::move(first), second);
}
