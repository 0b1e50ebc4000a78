// tests/ch13 · whose turn is it: every case, without a socket.
#include "chapters/ch13_cluster/rota.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace proclab::cluster {
namespace {

Rota::Connection connection() { return std::make_shared<const sockets::Socket>(); }

class RotaTest : public testing::Test {
 protected:
  /// Gives what can be given; who got it.
  std::vector<WorkerId> give() {
    std::vector<WorkerId> to;
    while (auto next = rota.next()) to.push_back(next->first);
    return to;
  }
  void push(int n) {
    for (int i = 0; i < n; ++i) rota.push(connection());
  }
  Rota rota{4};
};
using Ids = std::vector<WorkerId>;

TEST_F(RotaTest, IdleWorkersGetTheSameNumber) {
  for (WorkerId id : {1U, 2U, 3U}) rota.join(id);
  std::map<WorkerId, int> got;
  for (int i = 0; i < 10'000; ++i) {
    push(1);
    for (const WorkerId id : give()) ++got[id], rota.answered(id, true);
  }
  EXPECT_EQ(got, (std::map<WorkerId, int>{{1, 3334}, {2, 3333}, {3, 3333}}));
}

TEST_F(RotaTest, ABusyWorkerGetsNone) {
  rota.join(1);
  rota.join(2);
  push(5);
  EXPECT_EQ(give(), (Ids{1, 2}));
  EXPECT_EQ(give(), Ids{});
  EXPECT_TRUE(rota.answered(2, true));
  EXPECT_EQ(give(), Ids{2});
  EXPECT_EQ(rota.waiting(), 2U);
}

TEST_F(RotaTest, ARefusedConnectionGoesToAnotherAndTheRefuserRests) {
  rota.join(1);
  rota.join(2);
  push(1);
  const auto first = rota.next();
  EXPECT_TRUE(rota.answered(1, false));
  const auto second = rota.next();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->first, 2U);
  EXPECT_EQ(second->second, first->second) << "the same one";
  EXPECT_TRUE(rota.answered(2, false));
  EXPECT_EQ(give(), Ids{}) << "both rest: nothing spins";
  EXPECT_EQ(rota.waiting(), 1U);
  rota.rested(1);
  EXPECT_EQ(give(), Ids{1});
}

TEST_F(RotaTest, TheConnectionOfADeadWorkerIsTheNextToBeGiven) {
  rota.join(1);
  push(3);
  const auto first = rota.next();
  rota.leave(1, true);
  EXPECT_EQ(rota.waiting(), 3U);
  rota.join(2);
  EXPECT_EQ(rota.next()->second, first->second);
}

TEST_F(RotaTest, OneThatLeavesMayStillAnswer) {
  rota.join(1);
  rota.join(2);
  push(2);
  EXPECT_EQ(give(), (Ids{1, 2}));
  rota.leave(1, false);
  rota.leave(2, false);
  EXPECT_FALSE(rota.has_members());
  EXPECT_FALSE(rota.idle());
  EXPECT_TRUE(rota.answered(1, true));
  EXPECT_TRUE(rota.answered(2, false));
  EXPECT_EQ(rota.waiting(), 1U);
  EXPECT_FALSE(rota.answered(2, true)) << "it has none";
  rota.leave(2, true);
  EXPECT_EQ(rota.waiting(), 1U);
}

TEST_F(RotaTest, AnswersToNothingAreNone) {
  EXPECT_FALSE(rota.answered(7, true));
  rota.join(1);
  EXPECT_FALSE(rota.answered(1, true));
  rota.rested(1);
  rota.join(1);
  push(3);
  EXPECT_EQ(give(), Ids{1}) << "it stands in the row once";
}

TEST_F(RotaTest, IsFullAtItsMost) {
  push(3);
  EXPECT_FALSE(rota.full());
  push(1);
  EXPECT_TRUE(rota.full());
  EXPECT_FALSE(rota.idle());
  rota.clear();
  EXPECT_TRUE(rota.idle());
}

TEST_F(RotaTest, OneThatCameBackWhileLeavingIsAMemberAgain) {
  rota.join(1);
  push(1);
  EXPECT_EQ(give(), Ids{1});
  rota.leave(1, false);
  rota.join(1);
  EXPECT_TRUE(rota.answered(1, true));
  push(1);
  EXPECT_EQ(give(), Ids{1});
}

}  // namespace
}  // namespace proclab::cluster
