// tests/ch13 · a primary and its workers, C++ both, in each way of distributing.
#include <algorithm>
#include <map>
#include <set>

#include "tests/ch13_cluster/with_primary.h"
#include "tests/support/sanitizer.h"

namespace proclab::cluster {
namespace {

class Primaries : public WithPrimary, public testing::WithParamInterface<Policy> {};
/// All that this system has.
INSTANTIATE_TEST_SUITE_P(With, Primaries, testing::ValuesIn(policies()),
                         [](const auto& one) { return std::string(name_of(one.param)); });
using RoundRobin = WithPrimary;
using Shared = WithPrimary;

TEST_P(Primaries, WorkersAreOnlineListenServeAndLeave) {
  open_ours(GetParam(), 1);
  until_ready(1);
  EXPECT_NE(where.port, 0) << "a free port, the same for all";
  EXPECT_EQ(who(ask()), 1U);
  stop();
  EXPECT_EQ(told, (std::vector<std::string>{"online 1", "listening 1", "disconnect 1", "exit 1"}));
  EXPECT_TRUE(exits[0].how.success()) << exits[0].how.text();
  EXPECT_TRUE(exits[0].was.exited_after_disconnect);
  EXPECT_EQ(primary->servers().size(), 0U) << "the last one has closed it";
  EXPECT_EQ(faults, std::vector<std::string>{});
}

TEST_P(Primaries, TwoThatAskForTheSamePlaceShareIt) {
  open_ours(GetParam(), 2);
  until_ready(2);
  EXPECT_EQ(primary->servers().size(), 1U);
  std::set<WorkerId> seen;
  const test::Waiting waiting("both to have answered");
  while (seen.size() < 2) seen.insert(who(ask()));
  EXPECT_FALSE(seen.contains(0));
  stop();
}

TEST_P(Primaries, OneThatIsKilledIsMissedByNobody) {
  open_ours(GetParam(), 2);
  until_ready(2);
  ASSERT_TRUE(primary->kill(1, spawn::kKill));
  until("its end", [&] { return !exits.empty(); });
  EXPECT_FALSE(exits[0].how.success());
  EXPECT_FALSE(exits[0].was.exited_after_disconnect);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(who(ask()), 2U);
  EXPECT_FALSE(primary->kill(1)) << "it is nobody's number now";
  stop();
}

TEST_P(Primaries, ABusyPortIsTheWorkersError) {
  const sockets::Socket taken = *sockets::listen_tcp({"127.0.0.1", 0});
  PrimaryOptions options = ours(GetParam());
  options.program.args[1] = std::to_string(sockets::local_address(taken)->port);
  options.program.slots.push_back(spawn::Slot::null(2));
  open(std::move(options), 1);
  until("its end", [&] { return !exits.empty(); });
  EXPECT_EQ(exits[0].how.code, 1U);
  EXPECT_EQ(told, (std::vector<std::string>{"online 1", "disconnect 1", "exit 1"}));
  EXPECT_EQ(primary->servers().size(), 0U);
}

TEST_P(Primaries, TheLastThatDiesClosesTheServerUnlessItIsKept) {
  open_ours(GetParam(), 1);
  until_ready(1);
  primary->servers().keep(true);
  ASSERT_TRUE(primary->kill(1, spawn::kKill));
  until("its end", [&] { return exits.size() == 1; });
  ASSERT_EQ(primary->servers().size(), 1U);
  if (GetParam() == Policy::round_robin) {
    const std::shared_ptr<Client> early = clients.get(where);
    until("a client that waits", [&] { return primary->servers().waiting() == 1; });
    ASSERT_TRUE(primary->start());
    until("its answer", [&] { return early->over; });
    EXPECT_EQ(who(early->body()), 2U) << "the next one found it waiting";
  }
  primary->servers().keep(false);
  for (const WorkerInfo& one : primary->workers()) ASSERT_TRUE(primary->kill(one.id, spawn::kKill));
  until("no worker", [&] { return primary->workers().empty(); });
  EXPECT_EQ(primary->servers().size(), 0U);
}

TEST_P(Primaries, AddressesOfBothFamilies) {
  for (const char* const host : {"127.0.0.1", "::1"}) {
    PrimaryOptions options = ours(GetParam());
    options.program.args[3] = host;
    told.clear();
    open(std::move(options), 2);
    until_ready(2);
    where.host = host;
    EXPECT_NE(who(ask()), 0U) << host;
    stop();
  }
}

TEST_P(Primaries, NoAddressIsBothFamilies) {
  PrimaryOptions options = ours(GetParam());
  options.program.args = {"--port", "0"};
  open(std::move(options), 2);
  until_ready(2);
  for (const char* const host : {"127.0.0.1", "::1"}) {
    where.host = host;
    EXPECT_NE(who(ask()), 0U) << host;
  }
  stop();
}

TEST_P(Primaries, DestroyedItTakesItsWorkersAlong) {
  open_ours(GetParam(), 2);
  until_ready(2);
  primary.reset();  // and the leak guard finds no child
  EXPECT_EQ(exits.size(), 0U) << "nobody is told any more";
}

TEST_P(Primaries, MessagesOfUsersPass) {
  open_ours(GetParam(), 1);
  until_ready(1);
  EXPECT_TRUE(primary->send(1, "hello"));
  EXPECT_FALSE(primary->send(2, "hello"));
  stop();
}

// ---- shared ----

TEST_F(Shared, ACrowdIsServedByAllAndToTheLast) {
  constexpr unsigned kWorkers = 2, kCrowd = 64;
  open_ours(Policy::shared, kWorkers);
  until_ready(kWorkers);
  std::vector<std::shared_ptr<Client>> crowd;
  for (unsigned i = 0; i < kCrowd; ++i) crowd.push_back(clients.connect(where));
  for (const auto& one : crowd) one->say(kGetMore);
  until("64 answers, on connections that stay", [&] {
    return std::all_of(crowd.begin(), crowd.end(),
                       [](const auto& one) { return one->status() != 0; });
  });
  std::map<WorkerId, unsigned> served;
  for (const auto& one : crowd) ++served[who(one->body())];
  // Both, whatever the scheduler does: while one looks away, the other has nothing better to do.
  EXPECT_EQ(served.size(), kWorkers) << testing::PrintToString(served);
  EXPECT_FALSE(served.contains(0));
  crowd.clear();
  stop();
}

// ---- round-robin ----

TEST_F(RoundRobin, IdleWorkersGetTheSameNumber) {
  constexpr int kWorkers = 3;
  open_ours(Policy::round_robin, kWorkers);
  until_ready(kWorkers);
  const auto given = [this] {
    std::uint64_t sum = 0;
    for (const WorkerInfo& one : primary->workers()) sum += one.connections;
    return sum;
  };
  const unsigned most = kWindows ? 400 : test::rounds(10'000);  // under Wine each takes its time
  const test::Waiting waiting("so many answers", Milliseconds(110'000));
  // One after another, each by several processes in turn: a machine that is busy otherwise does fewer in this time.
  const Deadline enough = Deadline::after(Milliseconds(80'000));
  unsigned times = 0;
  for (; times < most && !enough.passed(); ++times) {
    const std::shared_ptr<Client> client = clients.get(where);
    while (!client->over || given() != times + 1)
      ASSERT_TRUE(loop.turn());  // and its worker is idle again
    ASSERT_EQ(client->status(), 200);
  }
  for (const WorkerInfo& one : primary->workers()) {
    EXPECT_NEAR(static_cast<double>(one.connections), static_cast<double>(times) / kWorkers, 1);
  }
  stop();
}

TEST_F(RoundRobin, AFullWorkerRefusesAndAnotherServes) {
  open_ours(Policy::round_robin, 2, {"--most", "1"});
  until_ready(2);
  std::vector<std::shared_ptr<Client>> held;
  for (int i = 0; i < 2; ++i) {
    held.push_back(clients.connect(where));
    held.back()->say(kGetMore);
    until("an answer", [&] { return held.back()->status() == 200; });
  }
  EXPECT_NE(who(held[0]->body()), who(held[1]->body()));
  const std::shared_ptr<Client> third = clients.get(where);
  const std::uint64_t before = loop.counts().turns;
  linger(Milliseconds(300));
  EXPECT_LT(loop.counts().turns - before, 300U) << "refused again and again, but nobody spins";
  EXPECT_FALSE(third->over);
  held.pop_back();
  until("its turn", [&] { return third->over; });
  EXPECT_EQ(third->status(), 200);
  held.clear();
  stop();
}

TEST_F(RoundRobin, WhoStopsServesWhatIsUnderWay) {
  open_ours(Policy::round_robin, 1);
  until_ready(1);
  const std::shared_ptr<Client> quiet = clients.connect(where);  // has not asked yet
  const std::shared_ptr<Client> kept = clients.connect(where);
  kept->say(kGetMore);
  until("an answer, and both connected",
        [&] { return kept->status() == 200 && primary->find(1)->connections == 2; });
  primary->disconnect(1);
  until("its channel's end", [&] { return primary->find(1)->state == State::gone; });
  until("the end of the one that waits for nothing", [&] { return kept->over; });
  EXPECT_FALSE(quiet->over) << "its first request may be under way";
  quiet->say(kGetMore);
  until("its answer, the last", [&] { return quiet->over; });
  EXPECT_EQ(quiet->status(), 200);
  EXPECT_NE(quiet->got.find("Connection: close"), std::string::npos);
  until("the end", [&] { return !exits.empty(); });
  EXPECT_TRUE(exits[0].how.success());
}

}  // namespace
}  // namespace proclab::cluster
