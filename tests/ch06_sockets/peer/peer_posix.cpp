// tests/ch06 · peer on POSIX.
#include "tests/ch06_sockets/peer/peer.h"

#include <csignal>

#include <unistd.h>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/passing.h"
#include "chapters/ch06_sockets/tcp.h"

namespace proclab::sockets {

void die() {
  ::kill(::getpid(), SIGKILL);
  ::_exit(99);
}

int take_handle(const Handle& channel) {
  char room[64];
  const Result<Received> got = receive_handles(channel.get(), room);
  if (!got || got->handles.size() != 1) return 1;
  if (::write(got->handles[0].get(), "peer", 4) != 4) return 1;
  return send_all(channel.get(), "done") ? 0 : 1;
}

int take_listener(const Handle& channel) {
  char room[64];
  Result<Received> got = receive_handles(channel.get(), room);
  if (!got || got->handles.size() != 1) return 1;
  const Socket listener(got->handles[0].release());
  const Result<Socket> client = accept_tcp(listener);
  if (!client || !send_all(client->get(), "hello from the peer")) return 1;
  return send_all(channel.get(), "done") ? 0 : 1;
}

}  // namespace proclab::sockets
