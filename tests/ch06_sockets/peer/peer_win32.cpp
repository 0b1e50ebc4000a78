// tests/ch06 · peer on Windows.
#include "tests/ch06_sockets/peer/peer.h"

#include <winsock2.h>

#include <string>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/passing.h"
#include "chapters/ch06_sockets/tcp.h"

namespace proclab::sockets {

void die() {
  ::TerminateProcess(::GetCurrentProcess(), 9);
  for (;;) ::Sleep(INFINITE);
}

int take_handle(const Handle& channel) {
  std::uint64_t number = 0;
  const auto got = receive(channel.get(), {reinterpret_cast<char*>(&number), sizeof number});
  if (!got || *got != sizeof number) return 1;
  const Handle mine(reinterpret_cast<HANDLE>(number));
  DWORD written = 0;
  if (!::WriteFile(mine.get(), "peer", 4, &written, nullptr)) return 1;
  return send_all(channel.get(), "done") ? 0 : 1;
}

int take_listener(const Handle& channel) {
  std::string packed(sizeof(WSAPROTOCOL_INFOW), '\0');
  const auto got = receive(channel.get(), packed);
  if (!got || *got != packed.size()) return 1;
  const Result<Socket> listener = import_socket(packed);
  if (!listener) return 1;
  const Result<Socket> client = accept_tcp(*listener);
  if (!client || !send_all(client->get(), "hello from the peer")) return 1;
  return send_all(channel.get(), "done") ? 0 : 1;
}

}  // namespace proclab::sockets
