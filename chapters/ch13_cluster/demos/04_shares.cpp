// Chapter 13 · shares: who gets how many clients, in each way of sharing a port: of those that come one by one, and of a
// crowd that comes at once, and stays.
//
// Look for: round-robin counts, so each of four idle workers gets exactly its quarter of those that come one by one. Where
// all accept from one socket, nobody counts: whoever is awake takes what is there. Of a crowd a greedy worker takes so much
// that another may be left with next to nothing; ours takes a few, looks away for a moment, and each gets its part. With a
// socket for each, the kernel throws dice.
//
// Run: ch13_shares
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch13_cluster/primary.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::cluster;

constexpr unsigned kWorkers = 4;
constexpr int kOneByOne = 200, kCrowd = 200;
using Counts = std::map<unsigned, int>;

Deadline soon() { return Deadline::after(Milliseconds(20'000)); }

/// A client that has asked, and stays. Empty: it did not come through.
sockets::Socket ask(const sockets::TcpAddress& where) {
  Result<sockets::Socket> client = sockets::connect_tcp(where, soon());
  if (!client || !sockets::send_all(client->get(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n", soon())) {
    return {};
  }
  return std::move(*client);
}

/// Which worker has answered; 0: none.
unsigned hear(const sockets::Socket& client) {
  std::string answer;
  char room[512];
  while (!answer.ends_with("\n") || answer.find("worker ") == std::string::npos) {
    const Result<std::size_t> got = sockets::receive(client.get(), room, soon());
    if (!got || *got == 0) return 0;
    answer.append(room, *got);
  }
  return static_cast<unsigned>(std::stoul(answer.substr(answer.find("worker ") + 7)));
}

Counts one_by_one(const sockets::TcpAddress& where) {
  Counts counts;
  for (int i = 0; i < kOneByOne; ++i) ++counts[hear(ask(where))];
  return counts;
}

Counts crowd(const sockets::TcpAddress& where) {
  std::vector<sockets::Socket> clients;
  for (int i = 0; i < kCrowd; ++i) clients.push_back(ask(where));
  Counts counts;
  for (const sockets::Socket& one : clients) ++counts[hear(one)];
  return counts;
}

//> shares
/// Starts the workers, lets the clients in, and gives each worker's count of both kinds.
std::pair<Counts, Counts> shares(loop::Loop& loop, const std::string& worker, Policy policy,
                                 bool greedy) {
  PrimaryOptions options;
  options.program = {.file = worker,
                     .args = {"--port", "0", "--host", "127.0.0.1"},
                     .slots = {spawn::Slot::null(1)}};
  if (greedy) options.program.args.insert(options.program.args.end(), {"--greedy", "1"});
  options.servers.policy = policy;
  std::pair<Counts, Counts> counts;
  unsigned ready = 0;
  std::optional<std::thread> client;
  std::unique_ptr<Primary> primary;
  PrimaryEvents events;
  events.listening = [&](WorkerId, const Place& place) {
    if (++ready < kWorkers) return;
    const sockets::TcpAddress where{"127.0.0.1", static_cast<std::uint16_t>(place.port)};
    client.emplace([&, where] {  // a thread, since it waits, and the primary must not
      counts.first = one_by_one(where);
      counts.second = crowd(where);
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
  const auto show = [&](const char* what, Policy policy, bool greedy) {
    auto [singles, together] = shares(*loop, worker, policy, greedy);
    std::printf("%-12s  one by one", what);
    for (unsigned id = 1; id <= kWorkers; ++id) std::printf(" %d", singles[id]);
    std::printf("; a crowd");
    for (unsigned id = 1; id <= kWorkers; ++id) std::printf(" %d", together[id]);
    std::printf("; not answered %d\n", singles[0] + together[0]);
    std::fflush(stdout);
  };
  show("rr", Policy::round_robin, false);
  show("none, greedy", Policy::shared, true);
  show("none", Policy::shared, false);
  if (!kWindows) show("reuseport", Policy::reuse_port, false);
}
