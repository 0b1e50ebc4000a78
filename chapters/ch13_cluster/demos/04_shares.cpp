// Chapter 13 · shares: who gets how many of 400 connections, in each way of sharing a port.
//
// Look for: round-robin counts, so each of four idle workers gets exactly its quarter. Where all accept from one socket,
// whoever is awake takes what is there: nobody counts. With a socket for each, the kernel throws dice.
//
// Run: ch13_shares
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch13_cluster/primary.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::cluster;

constexpr unsigned kWorkers = 4;
constexpr int kConnections = 400;

/// One request, and which worker answered.
unsigned ask(const sockets::TcpAddress& where) {
  const Deadline until = Deadline::after(Milliseconds(10'000));
  const Result<sockets::Socket> client = sockets::connect_tcp(where, until);
  if (!client ||
      !sockets::send_all(client->get(), "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                         until)) {
    return 0;
  }
  std::string answer;
  char room[512];
  for (;;) {
    const Result<std::size_t> got = sockets::receive(client->get(), room, until);
    if (!got || *got == 0) break;
    answer.append(room, *got);
  }
  const std::size_t at = answer.find("worker ");
  return at == std::string::npos ? 0 : static_cast<unsigned>(std::stoul(answer.substr(at + 7)));
}

//> shares
/// Starts the workers, asks so often, one request after another, and gives each worker's count.
std::map<unsigned, int> shares(loop::Loop& loop, const std::string& worker, Policy policy) {
  PrimaryOptions options;
  options.program = {.file = worker,
                     .args = {"--port", "0", "--host", "127.0.0.1"},
                     .slots = {spawn::Slot::null(1)}};
  options.servers.policy = policy;
  std::map<unsigned, int> counts;
  unsigned ready = 0;
  std::optional<std::thread> client;
  std::unique_ptr<Primary> primary;
  PrimaryEvents events;
  events.listening = [&](WorkerId, const Place& place) {
    if (++ready < kWorkers) return;
    const sockets::TcpAddress where{"127.0.0.1", static_cast<std::uint16_t>(place.port)};
    client.emplace([&, where] {  // a thread, since it waits, and the primary must not
      for (int i = 0; i < kConnections; ++i) ++counts[ask(where)];
      loop.post([&] {
        for (const WorkerInfo& one : primary->workers()) primary->disconnect(one.id);
      });
    });
  };
  primary = std::make_unique<Primary>(loop, options, std::move(events));
  for (unsigned i = 0; i < kWorkers; ++i) (void)primary->start();
  (void)loop.run();
  if (client) client->join();
  return counts;
}
//< shares

}  // namespace

int main() {
  if (!fill_std_slots()) return 125;
  const Result<std::string> self = self_path();
  Result<loop::Loop> loop = loop::Loop::open();
  if (!self || !loop) return 1;
  std::string worker = self->substr(0, self->find_last_of("/\\") + 1) + "ch13_worker";
  for (const Policy policy : {Policy::round_robin, Policy::shared, Policy::reuse_port}) {
    if (kWindows && policy == Policy::reuse_port) continue;
    const std::map<unsigned, int> counts = shares(*loop, worker, policy);
    std::printf("%s:", name_of(policy));
    int sum = 0;
    for (unsigned id = 1; id <= kWorkers; ++id) {
      const auto found = counts.find(id);
      const int count = found == counts.end() ? 0 : found->second;
      std::printf(" %d", count);
      sum += count;
    }
    std::printf(", answered: %d of %d\n", sum, kConnections);
  }
}
