// Chapter 13 · between: a worker dies with a connection in its hand.
//
// Look for: the first worker has been sent the connection, and dies before it has answered. Under a Node.js primary that
// client would wait for ever: the connection is neither closed nor given to another. Here the primary keeps its copy until
// the answer, and so has it still.
//
// Run: ch13_between
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "chapters/ch01_process/ending.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch13_cluster/primary.h"
#include "chapters/ch13_cluster/worker.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::cluster;

/// A worker. The first dies of its first connection, before the answer for it can have left.
int work(loop::Loop& loop, Worker& worker) {
  const bool dies = worker.id() == 1;
  worker.start({});
  Service service;
  service.has_room = [dies] {
    if (dies) process::kill_self();
    return true;
  };
  service.connection = [](const sockets::Socket& client) {
    (void)sockets::send_all(client.get(), "the second worker");
  };
  worker.listen({.address = "127.0.0.1", .backlog = 0}, std::move(service));
  return loop.run() ? 0 : 1;
}

std::string hear_all(const sockets::TcpAddress& where) {
  const Deadline until = Deadline::after(Milliseconds(10'000));
  const Result<sockets::Socket> client = sockets::connect_tcp(where, until);
  if (!client) return client.error().message();
  std::string all;
  char room[64];
  for (;;) {
    const Result<std::size_t> got = sockets::receive(client->get(), room, until);
    if (!got) return got.error().message();
    if (*got == 0) return all;
    all.append(room, *got);
  }
}

//> primary
int lead(loop::Loop& loop, const std::string& self) {
  PrimaryOptions options;
  options.program.file = self;
  std::unique_ptr<Primary> primary;
  std::optional<std::thread> client;
  PrimaryEvents events;
  events.listening = [&](WorkerId id, const Place& place) {
    std::printf("worker %u listens\n", id);
    if (id == 1) return (void)primary->start();
    const sockets::TcpAddress where{"127.0.0.1", static_cast<std::uint16_t>(place.port)};
    client.emplace([&loop, &primary, where] {
      const std::string heard = hear_all(where);
      loop.post([&primary, heard] {
        std::printf("the client was served by %s\n", heard.c_str());
        primary->disconnect(2);
      });
    });
  };
  std::map<WorkerId, bool> well;
  events.exit = [&well](const WorkerInfo& was, const spawn::ExitStatus& how) {
    well[was.id] = how.success();
  };
  primary = std::make_unique<Primary>(loop, options, std::move(events));
  if (!primary->start() || !loop.run()) return 1;
  if (client) client->join();
  for (const auto& [id, was_well] : well) {
    std::printf("worker %u %s\n", id, was_well ? "left" : "died");
  }
  return 0;
}
//< primary

}  // namespace

int main() {
  if (!fill_std_slots()) return 125;
  const Result<std::string> self = self_path();
  Result<loop::Loop> loop = loop::Loop::open();
  if (!self || !loop) return 1;
  const Result<std::unique_ptr<Worker>> worker = Worker::open_from_environment(*loop);
  if (!worker) return 1;
  return *worker ? work(*loop, **worker) : lead(*loop, *self);
}
