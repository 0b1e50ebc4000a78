// tests/ch13 · a manager on a loop of ours, and all that it says.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chapters/ch13_cluster/manager.h"
#include "tests/ch13_cluster/with_primary.h"

namespace proclab::cluster {

class WithManager : public testing::Test {
 protected:
  ~WithManager() override { manager.reset(); }

  /// For so many of this build's ch13_worker.
  static ManagerOptions ours(unsigned workers, Policy policy) {
    ManagerOptions options;
    options.workers = workers;
    options.primary.program.file = test::program("ch13_worker");
    options.primary.program.args = {"--port", "0", "--host", "127.0.0.1"};
    options.primary.program.slots = {spawn::Slot::null(1)};
    options.primary.servers.policy = policy;
    return options;
  }
  void open(ManagerOptions options) {
    manager = std::make_unique<Manager>(loop, std::move(options),
                                        [this](const std::string& line) { log.push_back(line); });
    manager->on_stopped = [this] { stopped = true; };
    const Result<void> started = manager->start();
    ASSERT_TRUE(started) << started.error().message();
  }
  [[nodiscard]] unsigned said(const std::string& part) const {
    return static_cast<unsigned>(std::count_if(log.begin(), log.end(), [&](const auto& line) {
      return line.find(part) != std::string::npos;
    }));
  }
  /// Turns the loop until it is so.
  void until(const std::string& for_whom, const std::function<bool()>& so) {
    const test::Waiting waiting(for_whom, Milliseconds(60'000));
    while (!so()) ASSERT_TRUE(*loop.turn(brief()) || so()) << testing::PrintToString(log);
  }
  void until_said(const std::string& part, unsigned times = 1) {
    until(part, [&] { return said(part) >= times; });
  }
  void stop() {
    manager->stop();
    until("the end", [&] { return stopped; });
    EXPECT_EQ(manager->phase(), Manager::Phase::stopped);
  }
  [[nodiscard]] Value status(const char* member) const { return *manager->status().find(member); }

  loop::Loop loop = std::move(loop::Loop::open()).value();
  std::vector<std::string> log;
  bool stopped = false;
  std::unique_ptr<Manager> manager;
};

}  // namespace proclab::cluster
