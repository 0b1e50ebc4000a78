// Chapter 11 · serve: one listening socket, and two processes that answer on it.
//
// Look for: the port is the parent's, and the child has never bound anything. While both accept, either may be faster. When
// the parent closes its own, the socket lives on in the child: clients notice nothing.
//
// Run: ch11_serve
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch10_loop/accept.h"
#include "chapters/ch10_loop/exit.h"
#include "chapters/ch10_loop/stream.h"
#include "chapters/ch11_channel/start.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::channel;

//> child
/// Greets whoever connects to the server that it is passed.
int child() {
  Result<loop::Loop> loop = loop::Loop::open();
  if (!loop) return 1;
  Result<std::optional<Channel>> channel = open_from_environment(*loop);
  if (!channel || !*channel) return 1;
  std::optional<loop::TcpServer> server;
  std::function<void()> accept = [&] {
    server->accept([&](const Result<sockets::Socket>& client) {
      if (client) (void)sockets::send_all(client->get(), "the child");
      accept();
    });
  };
  Events events;
  events.message = [&](Message message) {
    if (!message.handle) return;
    server = *loop::TcpServer::open(*loop, std::move(message.handle->socket));
    accept();
    (void)(*channel)->send("serving");
  };
  events.disconnect = [&](const std::optional<Error>&) { server.reset(); };
  (*channel)->start(std::move(events));
  return loop->run() ? 0 : 1;
}
//< child

std::string who_answers(const sockets::TcpAddress& where) {
  const Result<sockets::Socket> client = sockets::connect_tcp(where);
  char room[32];
  const Result<std::size_t> got = client ? sockets::receive(client->get(), room) : client.error();
  return got ? std::string(room, *got) : got.error().message();
}

//> parent
int parent() {
  Result<loop::Loop> loop = loop::Loop::open();
  Result<sockets::Socket> listener = sockets::listen_tcp({"127.0.0.1", 0});
  if (!loop || !listener) return 1;
  const sockets::TcpAddress where = *sockets::local_address(*listener);
  Result<Child> child = start(*loop, {.file = *self_path(), .args = {"--child"}});
  if (!child) return std::puts(child.error().message().c_str()), 1;
  auto ours = std::make_shared<const sockets::Socket>(std::move(*listener));
  Events events;
  events.message = [&](const Message&) {
    std::puts("the child says that it serves");
    ours.reset();
    std::puts("the parent has closed its own");
    for (int i = 0; i < 3; ++i) std::printf("who answers? %s\n", who_answers(where).c_str());
    child->channel.disconnect();
  };
  child->channel.start(std::move(events));
  (void)child->channel.send("take this", {Kind::server, ours}, [](const Result<void>& how) {
    std::printf("confirmed: %s\n", how ? "the child has it" : how.error().message().c_str());
  });
  Result<loop::Exit> exit = loop::Exit::watch(*loop, child->process, [&] {
    std::printf("the child: %s\n", child->process.wait()->text().c_str());
    std::printf("who answers? %s\n",
                sockets::connect_tcp(where) ? "somebody" : "nobody: the last one has closed it");
  });
  return exit && loop->run() ? 0 : 1;
}
//< parent

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") {
    return std::puts("usage: ch11_serve\nA server, passed to a child that goes on with it."), 0;
  }
  return mode == "--child" ? child() : parent();
}
