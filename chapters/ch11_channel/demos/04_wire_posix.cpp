// Chapter 11 · wire: what crosses, byte by byte, when a channel sends a message and then a socket.
//
// Look for: one system call for three messages, and a line for each. Then the socket: a message around the message, one
// descriptor on it, and a call of its own. What is sent behind it waits: nothing crosses until we, who play the
// other end by hand, confirm.
//
// Run: ch11_wire
// Run: ch11_wire --advanced
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch06_sockets/passing.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch11_channel/channel.h"
#include "chapters/ch11_channel/message.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::channel;

const Deadline kNow = Deadline::after(Milliseconds(0));

/// Lines as lines; where there are none, a newline is a byte like others.
void print(std::string_view bytes, bool lines) {
  for (const char& c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' && lines) {
      std::fputs(&c == &bytes.back() ? "\\n" : "\\n\n      ", stdout);
    } else if (byte < 0x20 || byte > 0x7e) {
      std::printf("<%02x>", byte);
    } else {
      std::putchar(c);
    }
  }
  std::putchar('\n');
}

//> dump
/// The other end, played by hand. A seqpacket socket keeps apart what each system call has sent.
void dump(loop::Loop& loop, NativeHandle end, bool lines) {
  for (int i = 0; i < 3; ++i) (void)loop.turn(kNow);
  std::vector<char> room(4096);
  int calls = 0;
  for (;; ++calls) {
    const Result<sockets::Received> got = sockets::receive_handles(end, room, 4, kNow);
    if (!got || got->size == 0) break;
    std::printf("  one call, bytes: %zu, descriptors: %zu\n      ", got->size, got->handles.size());
    print({room.data(), got->size}, lines);
  }
  if (calls == 0) std::puts("  nothing");
}
//< dump

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") return std::puts("usage: ch11_wire [--advanced]\nShows what crosses."), 0;
  Options options;
  if (mode == "--advanced") options.serialization = Serialization::advanced;
  const bool lines = options.serialization == Serialization::json;
  Result<loop::Loop> loop = loop::Loop::open();
  Result<sockets::Pair> ends = sockets::pair(sockets::Kind::seqpacket);
  Result<sockets::Socket> listener = sockets::listen_tcp({"127.0.0.1", 0});
  if (!loop || !ends || !listener) return 1;
  Result<Channel> channel = Channel::open(*loop, std::move(ends->first), options);
  if (!channel) return std::puts(channel.error().message().c_str()), 1;
  channel->start({});

  std::puts("three messages in one turn:");
  (void)channel->send("hi");
  (void)channel->send(Object{{"a", 1}});
  (void)channel->send(Array{true, nullptr});
  dump(*loop, ends->second.get(), lines);

  std::puts("a server, and a message behind it:");
  const auto server = std::make_shared<const sockets::Socket>(std::move(*listener));
  (void)channel->send("serve this", {Kind::server, server});
  (void)channel->send("behind");
  dump(*loop, ends->second.get(), lines);

  std::puts("before we confirm:");
  dump(*loop, ends->second.get(), lines);
  std::puts("and after:");
  std::string ack;
  (void)write_message(options.serialization, Object{{"cmd", "NODE_HANDLE_ACK"}}, ack);
  (void)sockets::send_all(ends->second.get(), ack);
  dump(*loop, ends->second.get(), lines);
  return 0;
}
