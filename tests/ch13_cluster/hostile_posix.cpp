// tests/ch13 · workers that are none, or mean harm: the primary lives, and says which did what.
#include "chapters/ch07_signals/send.h"
#include "tests/ch13_cluster/with_primary.h"

namespace proclab::cluster {
namespace {

constexpr const char* kOnline = R"({"cmd":"NODE_CLUSTER","act":"online","seq":0})";
constexpr const char* kQuery =
    R"({"cmd":"NODE_CLUSTER","act":"queryServer","index":0,"data":null,"address":"127.0.0.1","port":0,)"
    R"("addressType":4,"flags":0,"backlog":0,"seq":1})";
constexpr const char* kHandle = "NODE_HANDLE";
constexpr const char* kHandleAck = R"({"cmd":"NODE_HANDLE_ACK"})";

class Hostile : public WithPrimary {
 protected:
  /// The first worker says these words; all others are honest ones.
  void open_rogue(std::vector<std::string> words, unsigned honest, PrimaryOptions options = {}) {
    words.emplace_back("--");
    const PrimaryOptions good = ours(Policy::round_robin);
    words.push_back(good.program.file);
    // Their place must be the rogue's, member for member.
    words.insert(words.end(), good.program.args.begin(), good.program.args.end());
    options.program.file = test::program("ch13_rogue");
    options.program.args = std::move(words);
    options.program.slots = {spawn::Slot::null(1)};
    open(std::move(options), 1);
    for (unsigned i = 0; i < honest; ++i) ASSERT_TRUE(primary->start());
  }
  void finish() {
    (void)primary->kill(1, spawn::kKill);  // if it is still there
    stop();
  }
};

TEST_F(Hostile, AWorkerThatDiesWithAConnectionLosesNoClient) {
  open_rogue({kOnline, kQuery, "@hear", kHandle, "@die"}, 0);
  until("the rogue's server", [&] { return primary->servers().size() == 1; });
  ASSERT_TRUE(primary->start());
  until_ready(1);
  const std::shared_ptr<Client> client = clients.get(where);
  until("its answer", [&] { return client->over; });
  EXPECT_EQ(who(client->body()), 2U) << "the rogue had it first";
  until("the rogue's end", [&] { return exits.size() == 1; });
  EXPECT_EQ(exits[0].was.id, 1U);
  EXPECT_EQ(exits[0].how.signal, spawn::kKill);
  finish();
}

TEST_F(Hostile, NorDoesOneThatDiesAfterTheConfirmation) {
  open_rogue({kOnline, kQuery, "@hear", kHandle, kHandleAck, "@die"}, 0);
  until("the rogue's server", [&] { return primary->servers().size() == 1; });
  ASSERT_TRUE(primary->start());
  until_ready(1);
  const std::shared_ptr<Client> client = clients.get(where);
  until("its answer", [&] { return client->over; });
  EXPECT_EQ(who(client->body()), 2U);
  finish();
}

TEST_F(Hostile, ASilentOneIsFoundOutAndItsClientServed) {
  PrimaryOptions options;
  options.probe_every = Milliseconds(20);
  options.deaf_after =
      Milliseconds(2'000);  // the honest one must not be too slow on a busy machine
  open_rogue({kOnline, kQuery, "@hear", kHandle}, 0, std::move(options));
  until("the rogue's server", [&] { return primary->servers().size() == 1; });
  ASSERT_TRUE(primary->start());
  until_ready(1);
  const std::shared_ptr<Client> client = clients.get(where);
  until("its answer", [&] { return client->over; });
  EXPECT_EQ(who(client->body()), 2U);
  until("its end", [&] { return !exits.empty(); });
  EXPECT_EQ(exits[0].how.signal, spawn::kKill);
  EXPECT_TRUE(heard_fault("1: killed: ") && heard_fault("it does not answer"));
  EXPECT_EQ(exits.size(), 1U) << "the honest one answers, though it has nothing to do";
  finish();
}

TEST_F(Hostile, JunkEndsTheChannelAndTheWorker) {
  for (const char* const junk : {"no JSON", "{\"cmd\":", "\xff", ""}) {
    exits.clear();
    faults.clear();
    open_rogue({kOnline, junk, "@deaf"}, 0);
    until("its end", [&] { return !exits.empty(); });
    EXPECT_EQ(exits[0].how.signal, spawn::kKill) << junk;
    EXPECT_TRUE(heard_fault("1: killed: ") && heard_fault("its channel is broken")) << junk;
  }
}

TEST_F(Hostile, WhatIsSaidWrongIsNamedAndForgiven) {
  const auto say = [](const std::string& members) {
    return R"({"cmd":"NODE_CLUSTER",)" + members + "}";
  };
  open_rogue({kOnline, kOnline, say(R"("act":"dance")"), say(R"("act":"close","key":"K")"),
              say(R"("act":"newconn","key":"K")"), say(R"("ack":7,"accepted":true)"),
              say(R"("ack":0,"accepted":true)"), say(R"("act":"queryServer","port":1e9)"),
              say(R"("act":"listening","addressType":"x")"), kHandleAck, "\"the end\""},
             1);
  until("its last word", [&] { return !messages.empty(); });
  for (const char* const part : {"online, again", "dance", "closes a server that it has not: K",
                                 "only a primary says", "not asked: 7", "not asked: 0",
                                 "port is out of range", "addressType is x", "confirmation"}) {
    EXPECT_TRUE(heard_fault(part)) << part;
  }
  EXPECT_EQ(primary->find(1)->faults, 9U);
  until_ready(1);
  EXPECT_EQ(who(ask()), 2U);
  finish();
}

TEST_F(Hostile, OnlyTheFirstAnswerCounts) {
  // The primary counts what it sends: two answers to queryServer are 0 and 1, so the connection is 2.
  const std::string yes = R"({"cmd":"NODE_CLUSTER","ack":2,"accepted":true})";
  const std::string no = R"({"cmd":"NODE_CLUSTER","ack":2,"accepted":false})";
  open_rogue({kOnline, kQuery, "@hear", kHandle, kHandleAck, yes, no, yes, "\"done\""}, 0);
  until("the rogue's server", [&] { return primary->servers().size() == 1; });
  ASSERT_TRUE(primary->start());
  until_ready(1);
  const std::shared_ptr<Client> first = clients.get(where);
  until("the rogue's word", [&] { return !messages.empty(); });
  EXPECT_EQ(primary->find(1)->connections, 1U);
  EXPECT_EQ(primary->find(1)->faults, 2U) << testing::PrintToString(faults);
  EXPECT_TRUE(heard_fault("answers what it was not asked: 2"));
  EXPECT_EQ(who(ask()), 2U);
  finish();
}

TEST_F(Hostile, AFloodIsCutOff) {
  open_rogue({kOnline, "@flood", "100000000"}, 1);
  until("its end", [&] { return !exits.empty(); });
  EXPECT_EQ(exits[0].how.signal, spawn::kKill);
  EXPECT_TRUE(heard_fault("too many faults"));
  until_ready(1);
  EXPECT_EQ(who(ask()), 2U);
  finish();
}

TEST_F(Hostile, OneThatAsksAndNeverReadsIsCutOff) {
  // Each question is another's: an error as the answer, which nobody fetches.
  std::vector<std::string> words{kOnline};
  const std::string long_name(4000, 'x');
  for (int i = 0; i < 100; ++i) {
    words.push_back(R"({"cmd":"NODE_CLUSTER","act":"queryServer","address":")" + long_name +
                    R"(","port":0,"seq":)" + std::to_string(i) + "}");
  }
  words.emplace_back("@deaf");
  PrimaryOptions options;
  options.channel.limit = 64 * 1024;
  open_rogue(std::move(words), 0, std::move(options));
  until("its end", [&] { return !exits.empty(); });
  EXPECT_EQ(exits[0].how.signal, spawn::kKill);
  EXPECT_TRUE(heard_fault("it asks and does not read")) << testing::PrintToString(faults);
}

TEST_F(Hostile, TooManyServersAreRefused) {
  std::vector<std::string> words{kOnline};
  for (int i = 0; i < 20; ++i) {
    words.push_back(
        R"({"cmd":"NODE_CLUSTER","act":"queryServer","address":"127.0.0.1","port":0,"index":)" +
        std::to_string(i) + R"(,"seq":1})");
  }
  words.emplace_back("\"done\"");
  PrimaryOptions options;
  options.servers.most = 8;
  open_rogue(std::move(words), 0, std::move(options));
  until("its last word", [&] { return !messages.empty(); });
  EXPECT_EQ(primary->servers().size(), 8U);
  finish();
  EXPECT_EQ(primary->servers().size(), 0U);
}

TEST_F(Hostile, OneThatTakesAllItCanLeavesServersForTheOthers) {
  std::vector<std::string> words{kOnline};
  for (int i = 0; i < 20; ++i) {
    words.push_back(
        R"({"cmd":"NODE_CLUSTER","act":"queryServer","address":"127.0.0.1","port":0,"index":)" +
        std::to_string(100 + i) + R"(,"seq":1})");
  }
  words.emplace_back("\"done\"");
  PrimaryOptions options;
  options.servers.most = 8;
  options.servers.most_each = 4;
  open_rogue(std::move(words), 0, std::move(options));
  until("its last word", [&] { return !messages.empty(); });
  EXPECT_EQ(primary->servers().size(), 4U);
  EXPECT_TRUE(heard_fault("1: listen: ") && heard_fault("too many of one worker's"));
  ASSERT_TRUE(primary->start());
  until_ready(1);
  EXPECT_EQ(who(ask()), 2U);
  finish();
}

TEST_F(Hostile, OneWhoseChildHoldsTheChannelIsBuriedAllTheSame) {
  PrimaryOptions options;
  options.program.file = "/bin/sh";
  options.program.args = {"-c", "sleep 1000 >/dev/null 2>&1 & exit 3"};
  options.program.attach = spawn::Attach::new_group;
  open(std::move(options), 1);
  const Pid group = primary->find(1)->pid;
  until("its end", [&] { return !exits.empty(); });
  EXPECT_EQ(exits[0].how.code, 3U);
  EXPECT_EQ(told, (std::vector<std::string>{"disconnect 1", "exit 1"}));
  (void)signals::send_group(group, spawn::kKill);
}

}  // namespace
}  // namespace proclab::cluster
