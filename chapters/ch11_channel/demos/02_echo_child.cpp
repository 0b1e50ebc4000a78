// Chapter 11 · channel: a C++ child of a real Node.js, started by fork(…, { execPath }).
//
// Look for: fork() would start `node MODULE`; execPath puts us in node's place, and MODULE is just an argument that we
// ignore. Each message goes back as {"echo": …}. A server or a socket that comes along is served from here: who
// connects to the parent's port is greeted by the child.
//
// Run: ch11_echo_child
// Exit: 2
#include <cstdio>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch10_loop/accept.h"
#include "chapters/ch10_loop/stream.h"
#include "chapters/ch11_channel/start.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::channel;

constexpr const char* kHelp =
    "ch11_echo_child: what a Node.js starts by fork('x', [], { execPath: 'bin/ch11_echo_child' })\n"
    "Without NODE_CHANNEL_FD it has nobody to talk to.";

/// Says hello on a connection, and listens until the other side has finished.
class Greeting {
 public:
  Greeting(loop::Stream stream, std::shared_ptr<const void> counted, std::list<Greeting>& all)
      : stream_(std::move(stream)), counted_(std::move(counted)), all_(all) {}
  void begin(std::list<Greeting>::iterator self) {
    self_ = self;
    stream_.write("hello from " + std::to_string(process::pid()) + "\n");
    stream_.end();
    read();
  }

 private:
  void read() {
    stream_.read([this](const Result<loop::Bytes>& got) {
      if (got && !got->end()) return read();
      all_.erase(self_);
    });
  }
  loop::Stream stream_;
  std::shared_ptr<const void>
      counted_;  // as long as this lives, the parent's server has a connection
  std::list<Greeting>& all_;
  std::list<Greeting>::iterator self_;
};

struct EchoChild {
  loop::Loop& loop;
  Channel channel;
  std::list<Greeting> greetings;
  std::list<loop::TcpServer> servers;

  //> start
  void start() {
    channel.start({
        .message = [this](Message message) { echo(std::move(message)); },
        .internal = {},
        .drain = [this] { channel.resume(); },
        .disconnect =
            [this](const std::optional<Error>& why) {
              if (why) std::fprintf(stderr, "echo_child: %s\n", why->message().c_str());
              loop.stop();
            },
        .warning =
            [](const Error& what) {
              std::fprintf(stderr, "echo_child: %s\n", what.message().c_str());
            },
    });
  }

  void echo(Message message) {
    if (message.handle) serve(std::move(*message.handle));
    const Result<Flow> sent = channel.send(Object{{"echo", std::move(message.value)}});
    if (!sent) std::fprintf(stderr, "echo_child: %s\n", sent.error().message().c_str());
    // A parent that does not read our answers is not read from either, until it does.
    if (sent && *sent == Flow::pause) channel.pause();
  }
  //< start

  //> serve
  void serve(Incoming handle) {
    if (handle.kind == Kind::socket) return greet(std::move(handle.socket), handle.counted);
    if (handle.kind != Kind::server) return;  // and it is closed
    Result<loop::TcpServer> server = loop::TcpServer::open(loop, std::move(handle.socket));
    if (server) accept(servers.emplace_back(std::move(*server)));
  }
  void accept(loop::TcpServer& server) {
    server.accept([this, &server](Result<sockets::Socket> client) {
      const bool lasting = !client && client.error().code != std::errc::too_many_files_open;
      if (client) greet(std::move(*client), nullptr);
      if (!lasting) accept(server);  // what we were given does not listen, or is broken
    });
  }
  //< serve

  void greet(sockets::Socket client, std::shared_ptr<const void> counted) {
    Result<loop::Stream> stream = loop::Stream::open(loop, std::move(client));
    if (!stream) return;
    greetings.emplace_front(std::move(*stream), std::move(counted), greetings);
    greetings.front().begin(greetings.begin());
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  if (argc > 1 && std::string(argv[1]) == "--help") return std::puts(kHelp), 0;
  Result<loop::Loop> loop = loop::Loop::open();
  if (!loop) return std::fprintf(stderr, "%s\n", loop.error().message().c_str()), 1;
  Result<std::optional<Channel>> channel = open_from_environment(*loop);
  if (!channel) return std::fprintf(stderr, "%s\n", channel.error().message().c_str()), 1;
  if (!*channel) return std::puts(kHelp), 2;
  EchoChild child{*loop, std::move(**channel), {}, {}};
  child.start();
  return loop->run() ? 0 : 1;
}
