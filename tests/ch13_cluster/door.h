// tests/ch13 · the servers of a primary whose workers are only numbers: what they are told is written down.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chapters/ch13_cluster/servers.h"
#include "tests/ch13_cluster/clients.h"
#include "tests/support/deadline.h"

namespace proclab::cluster {

/// A primary's voice, heard.
class Door final : public WorkerDoor {
 public:
  void answer(WorkerId, std::uint64_t, ServerAnswer what,
              std::optional<channel::Outgoing> socket) override {
    answers.push_back(std::move(what));
    sockets.push_back(socket ? socket->socket : nullptr);
  }
  bool hand_over(WorkerId to, const std::string& key, const Rota::Connection& what) override {
    handed.push_back({to, key, what});
    return to != unreachable;
  }
  void trouble(WorkerId, const Error&) override {}

  struct Handed {
    WorkerId to;
    std::string key;
    Rota::Connection what;
  };
  std::vector<ServerAnswer> answers;
  std::vector<std::shared_ptr<const sockets::Socket>>
      sockets;  // that went with the answers, or null
  std::vector<Handed> handed;
  WorkerId unreachable = 0;  // whose channel takes no more
};

class WithServers : public testing::Test {
 protected:
  ~WithServers() override { servers.reset(); }

  void open(const Servers::Options& options) {
    servers = std::make_unique<Servers>(loop, options, door);
  }
  /// A worker asks for a place. The answer.
  const ServerAnswer& query(WorkerId worker, const Place& place) {
    servers->query(worker, 0, place);
    return door.answers.back();
  }
  void until(const std::string& for_whom, const std::function<bool()>& so) {
    const test::Waiting waiting(for_whom);
    while (!so()) ASSERT_TRUE(*loop.turn(brief()) || so());
  }

  loop::Loop loop = std::move(loop::Loop::open()).value();
  Door door;
  std::unique_ptr<Servers> servers;
};

}  // namespace proclab::cluster
