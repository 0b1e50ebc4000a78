// Tests of chapter 13 · --sched: who interrupts whom is said to the primary, and its workers inherit it.
#include <sched.h>

#include "tests/ch13_cluster/command.h"

namespace proclab::cluster {
namespace {

int policy_of_a_worker(std::vector<std::string> options) {
  options.insert(options.end(), {"--workers", "1"});
  Command cluster(options, {test::program("ch13_worker"), "--port", "0"});
  cluster.until_one_is("ready");
  const int policy = ::sched_getscheduler(cluster.pids().at(0));
  EXPECT_EQ(cluster.end(), 0);
  return policy;
}

TEST(Sched, IsTheWorkersToo) {
  EXPECT_EQ(policy_of_a_worker({"--sched", "batch"}), SCHED_BATCH);
  EXPECT_EQ(policy_of_a_worker({"--sched", "normal"}), SCHED_OTHER);
}

TEST(Sched, IsLeftAsItIsWhereNothingIsSaid) {
  EXPECT_EQ(policy_of_a_worker({}), ::sched_getscheduler(0));
}

TEST(Sched, OfAnotherNameIsAMistake) {
  Command cluster({"--sched", "fifo"}, {"true"});
  EXPECT_TRUE(cluster.hear_all().starts_with("ch13_cluster: a primary for any program"));
  EXPECT_EQ(cluster.end(false), 2);
}

}  // namespace
}  // namespace proclab::cluster
