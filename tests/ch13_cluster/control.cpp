// tests/ch13 · the command on every system: asked over its control by ch13_clusterctl, and killed.
#include "chapters/ch13_cluster/control.h"

#include <gtest/gtest.h>

#include "chapters/ch04_spawn/spawn.h"
#include "tests/ch10_loop/local_name.h"
#include "tests/ch13_cluster/clients.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::cluster {
namespace {

class Controlled : public testing::TestWithParam<const char*> {
 protected:
  Controlled() {
    Result<spawn::Process> started =
        spawn::start({.file = test::program("ch13_cluster"),
                      .args = {"--workers", "2", "--policy", GetParam(), "--control", name.text(),
                               "--", test::program("ch13_worker"), "--port", std::to_string(port),
                               "--host", "127.0.0.1"},
                      .slots = {spawn::Slot::null(0), spawn::Slot::null(1), spawn::Slot::null(2)}});
    EXPECT_TRUE(started) << started.error().message();
    if (started) command.emplace(std::move(*started));
  }
  ~Controlled() override {
    if (!command || !command->owes_wait()) return;
    (void)command->kill(spawn::kKill);
    (void)command->wait();
  }

  /// What ch13_clusterctl prints when it is given these words.
  std::string ask(std::vector<std::string> words) const {
    words.insert(words.begin(), {test::program("ch13_clusterctl"), name.text()});
    return test::unix_lines(test::run(words).out);
  }
  void until_told(const std::string& part, const std::string& word = "status") const {
    const test::Waiting waiting("ch13_clusterctl to say '" + part + "'");
    while (ask({word}).find(part) == std::string::npos) {
    }
  }

  loop::LocalName name;
  std::uint16_t port = free_port();
  std::optional<spawn::Process> command;
};
INSTANTIATE_TEST_SUITE_P(With, Controlled, testing::Values("rr", "none"),
                         [](const auto& one) { return std::string(one.param); });

TEST_P(Controlled, ItTellsReloadsScalesAndStops) {
  until_told(", 2 workers wanted, 2 ready");
  EXPECT_EQ(ask({"reload"}), "{\"ok\":true}\n");
  until_told(R"("reload":"done")", "json");
  EXPECT_EQ(ask({"scale", "3"}), "{\"ok\":true}\n");
  until_told(", 3 workers wanted, 3 ready");
  EXPECT_NE(ask({"sing"}).find("error"), std::string::npos);
  EXPECT_EQ(ask({"stop"}), "{\"ok\":true}\n");
  const test::Waiting waiting("its end");
  const Result<spawn::ExitStatus> how = command->wait();
  ASSERT_TRUE(how);
  EXPECT_TRUE(how->success()) << how->text();
}

TEST_P(Controlled, KilledItLeavesNobodyWhoServes) {
  until_told(", 2 workers wanted, 2 ready");
  ASSERT_TRUE(sockets::connect_tcp({"127.0.0.1", port}));
  ASSERT_TRUE(command->kill(spawn::kKill));
  ASSERT_TRUE(command->wait());
  const test::Waiting waiting(
      "the last worker's end");  // each holds the listener, or its primary did
  while (sockets::connect_tcp({"127.0.0.1", port})) {
  }
}

}  // namespace
}  // namespace proclab::cluster
