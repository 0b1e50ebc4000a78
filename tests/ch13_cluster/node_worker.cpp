// tests/ch13 · an unmodified Node.js program under the C++ primary.
#include <map>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch06_sockets/local.h"
#include "tests/ch13_cluster/with_primary.h"

namespace proclab::cluster {
namespace {

class NodeWorkers : public WithPrimary, public testing::WithParamInterface<Policy> {
 protected:
  PrimaryOptions program(const std::string& node, std::vector<std::string> args = {}) const {
    PrimaryOptions options;
    options.program.file = node;
    options.program.args = {std::string(PROCLAB_SOURCE) + "/tests/ch13_cluster/server.js"};
    options.program.args.insert(options.program.args.end(), args.begin(), args.end());
    if (kWindows) options.program.slots = nulls();
    options.servers.policy = GetParam();
    return options;
  }
  std::shared_ptr<Client> ask_for(const std::string& path) {
    std::shared_ptr<Client> client = clients.connect(where);
    client->say("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    until("an answer", [&] { return client->over; });
    return client;
  }
};
INSTANTIATE_TEST_SUITE_P(With, NodeWorkers, testing::ValuesIn(policies()),
                         [](const auto& one) { return std::string(name_of(one.param)); });

TEST_P(NodeWorkers, ServeSpeakAndLeave) {
  NEED_NODE();
  open(program(node), 2);
  until_ready(2);
  std::map<WorkerId, int> served;
  for (int i = 0; i < 20; ++i) ++served[who(ask())];
  EXPECT_FALSE(served.contains(0));
  if (GetParam() == Policy::round_robin) {
    EXPECT_EQ(served, (std::map<WorkerId, int>{{1, 10}, {2, 10}}));
  }
  ASSERT_TRUE(primary->send(1, channel::Object{{"hello", 1}}));
  until("an answer", [&] { return !messages.empty(); });
  EXPECT_EQ(messages[0],
            Value(channel::Object{{"pong", channel::Object{{"hello", 1}}}, {"primary", false}}));
  stop();
  for (const Exit& one : exits) {
    EXPECT_TRUE(one.how.success()) << one.how.text();
    EXPECT_TRUE(one.was.exited_after_disconnect);
  }
  EXPECT_EQ(faults, std::vector<std::string>{});
  EXPECT_EQ(primary->servers().size(), 0U);
}

TEST_P(NodeWorkers, EndInEachOfNodesWays) {
  NEED_NODE();
  struct Ending {
    const char* path;
    unsigned code;
    bool wanted;
  };
  unsigned n = 0;
  for (const Ending& way :
       {Ending{"/leave", 0, true}, Ending{"/kill", 0, true}, Ending{"/throw", 7, false}}) {
    exits.clear();
    ++n;
    open(program(node), 1);
    until_ready(1);
    EXPECT_EQ(ask_for(way.path)->status(), 200);
    until("its end", [&] { return !exits.empty(); });
    EXPECT_EQ(exits[0].how.code, way.code) << way.path;
    EXPECT_EQ(exits[0].was.exited_after_disconnect, way.wanted) << way.path;
    EXPECT_EQ(faults, std::vector<std::string>{});
  }
}

TEST_P(NodeWorkers, SpeakAdvancedToo) {
  NEED_NODE();
  PrimaryOptions options = program(node);
  options.channel.serialization = channel::Serialization::advanced;
  open(std::move(options), 2);
  until_ready(2);
  for (int i = 0; i < 4; ++i) EXPECT_NE(who(ask()), 0U);
  stop();
  EXPECT_EQ(faults, std::vector<std::string>{});
}

TEST_P(NodeWorkers, HearThatAPortIsBusy) {
  NEED_NODE();
  const sockets::Socket taken = *sockets::listen_tcp({"127.0.0.1", 0});
  open(program(node, {"127.0.0.1", std::to_string(sockets::local_address(taken)->port)}), 1);
  until("its end", [&] { return !exits.empty(); });
  EXPECT_EQ(messages, std::vector<Value>{Value(channel::Object{{"error", "EADDRINUSE"}})});
  EXPECT_TRUE(exits[0].was.exited_after_disconnect);
}

TEST_P(NodeWorkers, HaveASecondServer) {
  NEED_NODE();
  open(program(node), 2);
  until_ready(2);
  ASSERT_TRUE(primary->send(1, "second"));
  ASSERT_TRUE(primary->send(2, "second"));
  until("two servers each", [&] { return messages.size() == 2; });
  EXPECT_EQ(primary->servers().size(), 2U);
  const double port = *messages[0].find("second")->as_number();
  EXPECT_EQ(*messages[1].find("second")->as_number(), port) << "a free port, the same for both";
  where.port = static_cast<std::uint16_t>(port);
  EXPECT_NE(ask().find("second"), std::string::npos);
  stop();
}

TEST_P(NodeWorkers, SurviveTheDeathOfOne) {
  NEED_NODE();
  open(program(node), 2);
  until_ready(2);
  ASSERT_TRUE(primary->kill(2, spawn::kKill));
  until("its end", [&] { return !exits.empty(); });
  for (int i = 0; i < 4; ++i) EXPECT_EQ(who(ask()), 1U);
  ASSERT_TRUE(primary->start());
  until_ready(2);
  stop();
}

TEST_P(NodeWorkers, ServeAUnixSocket) {
  NEED_NODE();
  if (kWindows) GTEST_SKIP() << "a named pipe cannot be passed on";
  const std::string path = testing::TempDir() + "ch13_" + std::to_string(process::pid());
  open(program(node, {path}), 2);
  until_ready(2);
  for (int i = 0; i < 4; ++i) {
    const auto client = clients.connect(sockets::Socket(sockets::connect_local(path)->release()));
    client->say(kGet);
    until("an answer", [&] { return client->over; });
    EXPECT_NE(who(client->body()), 0U);
  }
  stop();
  EXPECT_FALSE(sockets::connect_local(path)) << "and the file is gone";
}

TEST_P(NodeWorkers, AnswerWhenTheyAreAskedWhetherTheyLive) {
  NEED_NODE();
  PrimaryOptions options = program(node);
  options.probe_every = Milliseconds(10);
  open(std::move(options), 1);
  until_ready(1);
  linger(Milliseconds(300));  // some thirty questions
  EXPECT_EQ(faults, std::vector<std::string>{});
  EXPECT_EQ(who(ask()), 1U);
  stop();
  EXPECT_EQ(faults, std::vector<std::string>{});
}

}  // namespace
}  // namespace proclab::cluster
