// tests/ch13 · the command: what happens to workers, and what clients notice of it.
#include <sys/stat.h>

#include <csignal>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/local.h"
#include "chapters/ch07_signals/send.h"
#include "tests/ch13_cluster/command.h"
#include "tests/ch13_cluster/with_primary.h"

namespace proclab::cluster {
namespace {

using Strings = std::vector<std::string>;

Strings worker(std::uint16_t port) {
  return {test::program("ch13_worker"), "--port", std::to_string(port)};
}
/// How the last reload went.
std::string reload_of(Command& command) {
  const Value status = command.ask("status");
  const Value* const how = status.find("reload");
  return how != nullptr && how->as_string() != nullptr ? *how->as_string() : "?";
}
bool ok(const Value& answer) { return answer == Value(channel::Object{{"ok", true}}); }

class Managed : public testing::TestWithParam<const char*> {
 protected:
  std::uint16_t port = free_port();
};
INSTANTIATE_TEST_SUITE_P(With, Managed, testing::Values("rr", "none"),
                         [](const auto& one) { return std::string(one.param); });
using Manage = testing::Test;

TEST_P(Managed, AReloadUnderLoadLosesNobody) {
  Command command({"--workers", "2", "--policy", GetParam()}, worker(port));
  ASSERT_TRUE(command.hear("is ready", 2));
  Load load(port);
  for (int i = 0; i < 4; ++i) {
    command.signal(SIGHUP);
    ASSERT_TRUE(command.hear("reload: done"));
  }
  ASSERT_TRUE(command.hear("has left", 1));
  load.stop();
  EXPECT_GT(load.served(), 0);
  EXPECT_EQ(load.failed() + load.hung(), 0) << load.why();
  EXPECT_EQ(command.end(), 0);
}

TEST_P(Managed, EightKilledUnderLoadHangNobody) {
  Command command({"--workers", "2", "--policy", GetParam()}, worker(port));
  ASSERT_TRUE(command.hear("is ready", 2));
  Load load(port);
  for (int i = 0; i < 8; ++i) {
    const std::vector<Pid> ready = command.pids();
    ASSERT_FALSE(ready.empty());
    ASSERT_TRUE(signals::send(ready[0], SIGKILL));
    ASSERT_TRUE(command.hear("is ready"));
  }
  load.stop();
  EXPECT_GT(load.served(), 0);
  EXPECT_EQ(load.hung(), 0) << load.why();
  EXPECT_LE(load.failed(), 8 * 2) << "those that the dead had in hand: one a client\n"
                                  << load.why();
  EXPECT_EQ(command.pids().size(), 2U);
  EXPECT_EQ(command.end(), 0);
}

TEST_P(Managed, ScalesWhenItIsTold) {
  Command command({"--workers", "1", "--policy", GetParam()}, worker(port));
  ASSERT_TRUE(command.hear("is ready"));
  command.signal(SIGTTIN);
  ASSERT_TRUE(command.hear("is ready"));
  EXPECT_TRUE(ok(command.ask("scale 4")));
  ASSERT_TRUE(command.hear("is ready", 2));
  EXPECT_EQ(command.pids().size(), 4U);
  command.signal(SIGTTOU);
  ASSERT_TRUE(command.hear("has left"));
  EXPECT_TRUE(ok(command.ask("scale 1")));
  ASSERT_TRUE(command.hear("has left", 2));
  EXPECT_EQ(command.pids().size(), 1U);
  command.signal(SIGTTOU);
  EXPECT_EQ(command.pids().size(), 1U) << "the last one stays";
  EXPECT_EQ(command.end(), 0);
}

TEST(Manage, NodeWorkersAreReloadedUnderLoad) {
  NEED_NODE();
  const std::uint16_t port = free_port();
  Command command({"--workers", "2"},
                  {node, std::string(PROCLAB_SOURCE) + "/tests/ch13_cluster/server.js", "127.0.0.1",
                   std::to_string(port)});
  ASSERT_TRUE(command.hear("is ready", 2));
  Load load(port);
  command.signal(SIGHUP);
  ASSERT_TRUE(command.hear("reload: done"));
  load.stop();
  EXPECT_GT(load.served(), 0);
  EXPECT_EQ(load.failed() + load.hung(), 0) << load.why();
  EXPECT_EQ(command.end(), 0);
}

TEST(Manage, WhoDoesNotLeaveInTimeIsKilled) {
  Command command(
      {"--workers", "1", "--grace", "0.1"},
      {test::program("ch13_rogue"), R"({"cmd":"NODE_CLUSTER","act":"online","seq":0})", "@deaf"});
  command.until_one_is("online");
  EXPECT_EQ(command.end(), 0);
  EXPECT_NE(command.hear_all().find("has not left in time: killed"), std::string::npos);
}

TEST(Manage, AskedAgainItStopsAtOnce) {
  Command command(
      {"--workers", "1", "--grace", "1000", "--deaf", "0"},
      {test::program("ch13_rogue"), R"({"cmd":"NODE_CLUSTER","act":"online","seq":0})", "@deaf"});
  command.until_one_is("online");
  command.signal(SIGINT);
  ASSERT_TRUE(command.hear("stopping"));
  EXPECT_EQ(command.end(), 0);
}

TEST(Manage, AReloadToWhatDoesNotStartIsGivenUp) {
  const std::uint16_t port = free_port();
  const std::string broken = testing::TempDir() + "ch13_broken_" + std::to_string(process::pid());
  Command command({"--workers", "2"},
                  {"/bin/sh", "-c", "test -e \"$0\" && exit 9; exec \"$@\"", broken,
                   test::program("ch13_worker"), "--port", std::to_string(port)});
  ASSERT_TRUE(command.hear("is ready", 2));
  const std::vector<Pid> before = command.pids();
  ASSERT_EQ(::mkdir(broken.c_str(), 0700), 0);
  Load load(port);
  EXPECT_TRUE(ok(command.ask("reload")));
  ASSERT_TRUE(command.hear("reload: given up, the old workers stay"));
  load.stop();
  EXPECT_EQ(load.failed() + load.hung(), 0) << load.why();
  EXPECT_EQ(command.pids(), before);
  EXPECT_TRUE(reload_of(command).starts_with("given up: the new worker 3 ")) << reload_of(command);
  EXPECT_EQ(::rmdir(broken.c_str()), 0);
  EXPECT_TRUE(ok(command.ask("reload")));
  ASSERT_TRUE(command.hear("reload: done")) << "and the next one goes through";
  EXPECT_EQ(command.end(), 0);
}

// ---- the control socket ----

TEST(Manage, OnlyItsUserMayAskAndNonsenseIsAnswered) {
  const std::uint16_t port = free_port();
  Command command({"--workers", "1"}, worker(port));
  ASSERT_TRUE(command.hear("is ready"));
  struct stat file {};
  ASSERT_EQ(::stat(command.path().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600U);
  for (const char* const line :
       {"", "dance", "scale", "scale x", "scale -1", "scale 0", "scale 99999"}) {
    EXPECT_NE(command.ask(line).find("error"), nullptr) << line;
  }
  const Value status = command.ask("status");
  EXPECT_EQ(*status.find("phase"), Value("running"));
  EXPECT_EQ(*status.find("policy"), Value("rr"));
  EXPECT_EQ(*status.find("target"), Value(1));

  const Handle client = std::move(sockets::connect_local(command.path())).value();
  (void)sockets::send_all(client.get(), std::string(1 << 20, 'x'));
  char room[16];
  const Result<std::size_t> got = sockets::receive(client.get(), room);
  EXPECT_TRUE(!got || *got == 0) << "too long a line is none";
  EXPECT_TRUE(ok(command.ask("stop")));
  EXPECT_EQ(command.end(false), 0);
  EXPECT_NE(::stat(command.path().c_str(), &file), 0) << "the file is gone";
}

TEST(Manage, TheTableShowsEachWorker) {
  const std::uint16_t port = free_port();
  Command command({"--workers", "2"}, worker(port));
  ASSERT_TRUE(command.hear("is ready", 2));
  const test::Ran table = test::run({test::program("ch13_clusterctl"), command.path()});
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_NE(table.out.find("running, policy rr, 2 workers wanted"), std::string::npos) << table.out;
  for (const Pid pid : command.pids()) {
    EXPECT_NE(table.out.find(std::to_string(pid) + "  ready"), std::string::npos) << table.out;
  }
  EXPECT_EQ(test::run({test::program("ch13_clusterctl"), command.path(), "stop"}).out,
            "{\"ok\":true}\n");
  EXPECT_EQ(command.end(false), 0);
  EXPECT_EQ(test::run({test::program("ch13_clusterctl"), command.path()}).code, 1);
}

}  // namespace
}  // namespace proclab::cluster
