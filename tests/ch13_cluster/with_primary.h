// tests/ch13 · a primary, its workers, and all that it tells.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chapters/ch10_loop/timer.h"
#include "chapters/ch13_cluster/primary.h"
#include "tests/ch13_cluster/clients.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::cluster {

/// What this system has.
inline std::vector<Policy> policies() {
  if (kWindows) return {Policy::round_robin, Policy::shared};
  return {Policy::round_robin, Policy::shared, Policy::reuse_port};
}

class WithPrimary : public testing::Test {
 protected:
  ~WithPrimary() override { primary.reset(); }

  /// Makes the primary, and starts so many workers.
  void open(PrimaryOptions options, unsigned workers);
  /// Workers of this build's ch13_worker.
  void open_ours(Policy policy, unsigned workers, std::vector<std::string> more = {});
  static PrimaryOptions ours(Policy policy, std::vector<std::string> more = {});

  /// Turns the loop until it is so.
  void until(const std::string& for_whom, const std::function<bool()>& so);
  void until_ready(unsigned workers);
  /// Turns it for a while: for what must *not* happen.
  void linger(Milliseconds span);
  /// Disconnects all, and waits for their ends.
  void stop();

  /// Asks once, on a connection of its own, and gives the answer's body.
  std::string ask();
  /// Which worker answers: the number in "worker N pid P".
  static WorkerId who(const std::string& body);
  [[nodiscard]] bool heard_fault(const std::string& part) const;

  struct Exit {
    WorkerInfo was;
    spawn::ExitStatus how;
  };
  std::vector<std::string> told;  // "online 1", "listening 1" …, in their order
  std::vector<Exit> exits;
  std::vector<std::string> faults;  // "1: message"
  std::vector<channel::Value> messages;
  sockets::TcpAddress where{"127.0.0.1", 0};  // where the workers listen

  loop::Loop loop = std::move(loop::Loop::open()).value();
  Clients clients{loop};
  std::unique_ptr<Primary> primary;
};

/// Names the Node.js to take. For Windows' another one: under Wine both systems share an environment.
inline constexpr const char* kNodeVariable = kWindows ? "PROCLAB_NODE_WIN" : "PROCLAB_NODE";
/// Nothing to read, nowhere to write: what node.exe needs under Wine, where it wants no pipe of a shell's.
[[nodiscard]] std::vector<spawn::Slot> nulls();
/// The Node.js of this machine: the one named, or what PATH has. Empty: there is none.
[[nodiscard]] std::string find_node();

/// For a test that needs it: skips, and says why.
#define NEED_NODE()                     \
  const std::string node = find_node(); \
  if (node.empty()) GTEST_SKIP() << "no Node.js: neither $" << kNodeVariable << " nor one on PATH"

}  // namespace proclab::cluster
