// Chapter 6 · handles: an event and a socket travel to a process that runs already, on Windows.
//
// Look for: a handle is copied into the child first, and then its number is told: the number is of
// no use here. A socket goes as 628 bytes that only the named process can open. POSIX needs
// neither: there the descriptor rides on the bytes.
//
// Run: ch06_handles
#include <cstdio>
#include <cstring>
#include <string>

#include <winsock2.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch06_sockets/passing.h"
#include "chapters/ch06_sockets/tcp.h"
#include "platform/self.h"

using namespace proclab;

/// The child: takes an event's number and sets it; takes a listener and serves one client.
static int take_both() {
  const Result<Handle> channel = sockets::inherited(3);
  if (!channel) return 1;
  std::uint64_t number = 0;
  (void)sockets::receive(channel->get(), {reinterpret_cast<char*>(&number), sizeof number});
  const Handle event(reinterpret_cast<HANDLE>(number));
  ::SetEvent(event.get());
  std::string packed(sizeof(WSAPROTOCOL_INFOW), '\0');
  (void)sockets::receive(channel->get(), packed);
  const Result<sockets::Socket> listener = sockets::import_socket(packed);
  if (!listener) return 2;
  const Result<sockets::Socket> client = sockets::accept_tcp(*listener);
  return client && sockets::send_all(client->get(), "hello from the child") ? 0 : 3;
}

static int pass_both(const std::string& self) {
  Result<sockets::Pair> ends = sockets::pair();
  if (!ends) return 1;
  Result<spawn::Process> child = spawn::start(
      {.file = self, .args = {"--child"}, .slots = {spawn::Slot::from(3, ends->second.get())}});
  if (!child) return 1;
  //> give
  const Handle event(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  const Result<std::uint64_t> number = sockets::give(event.get(), child->native());
  if (number) {
    (void)sockets::send_all(ends->first.get(),
                            {reinterpret_cast<const char*>(&*number), sizeof *number});
  }
  //< give
  const bool set = ::WaitForSingleObject(event.get(), 10'000) == WAIT_OBJECT_0;
  std::printf("the event:    %s\n", set ? "set by the child" : "nobody set it");
  //> export
  Result<sockets::Socket> listener = sockets::listen_tcp({"127.0.0.1", 0});
  if (!listener) return 1;
  const Result<sockets::TcpAddress> at = sockets::local_address(*listener);
  const Result<std::string> packed = sockets::export_socket(*listener, child->pid());
  if (packed) (void)sockets::send_all(ends->first.get(), *packed);
  //< export
  std::printf("the listener: %zu bytes\n", packed ? packed->size() : 0);
  const Result<sockets::Socket> client = sockets::connect_tcp(*at);
  char room[64];
  const Result<std::size_t> got =
      client ? sockets::receive(client->get(), room) : Result<std::size_t>(client.error());
  std::printf("its answer:   %.*s\n", got ? static_cast<int>(*got) : 0, room);
  std::printf("the child:    %s\n", child->wait()->text().c_str());
  return 0;
}

int main(int argc, char** argv) {
  const char* word = argc > 1 ? argv[1] : "";
  if (std::strcmp(word, "--help") == 0) {
    return std::puts("usage: ch06_handles\nPasses an event and a listener to a child."), 0;
  }
  if (std::strcmp(word, "--child") == 0) return take_both();
  const Result<std::string> self = self_path();
  return self ? pass_both(*self) : 1;
}
