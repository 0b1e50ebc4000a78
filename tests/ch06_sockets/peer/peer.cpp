// tests/ch06 · peer: the other end of a channel at slot 3, as a process of its own: ch06_peer
// COMMAND [N].
#include "tests/ch06_sockets/peer/peer.h"

#include <cstdlib>
#include <string>

#include "chapters/ch06_sockets/io.h"
#include "platform/self.h"

namespace proclab::sockets {
namespace {

int echo(const Handle& channel) {
  char room[65536];
  for (;;) {
    const Result<std::size_t> got = receive(channel.get(), room);
    if (!got) return 1;
    if (*got == 0) return 0;
    if (!send_all(channel.get(), {room, *got})) return 1;
  }
}

int send_and_die(const Handle& channel, std::size_t count) {
  if (count > 0 && !send_all(channel.get(), std::string(count, 'x'))) return 1;
  die();
}

int read_and_die(const Handle& channel, std::size_t count) {
  std::string room(65536, '\0');
  while (count > 0) {
    const auto got = receive(channel.get(), {room.data(), std::min(count, room.size())});
    if (!got || *got == 0) return 1;
    count -= *got;
  }
  die();
}

int run(const std::vector<std::string>& args) {
  const std::string command = args.size() > 1 ? args[1] : "";
  const std::size_t number = args.size() > 2 ? std::strtoul(args[2].c_str(), nullptr, 10) : 0;
  Result<Handle> channel = inherited(3);
  if (!channel) return 2;
  if (command == "echo") return echo(*channel);
  if (command == "send-and-die") return send_and_die(*channel, number);
  if (command == "read-and-die") return read_and_die(*channel, number);
  if (command == "take-handle") return take_handle(*channel);
  if (command == "take-listener") return take_listener(*channel);
  return 2;
}

}  // namespace
}  // namespace proclab::sockets

int main(int argc, char** argv) { return proclab::sockets::run(proclab::utf8_args(argc, argv)); }
