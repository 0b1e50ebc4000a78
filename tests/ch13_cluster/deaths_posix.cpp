// tests/ch13 · the command: workers that die, hang or never come up, and the death of the command itself.
#include <csignal>
#include <cstdio>

#include <sys/resource.h>

#include "chapters/ch07_signals/send.h"
#include "tests/ch13_cluster/command.h"
#include "tests/ch13_cluster/with_primary.h"
#include "tests/support/sanitizer.h"

namespace proclab::cluster {
namespace {

constexpr const char* kSaysOnline = R"({"cmd":"NODE_CLUSTER","act":"online","seq":0})";

int count(const std::string& in, const std::string& part) {
  int found = 0;
  for (std::size_t at = 0; (at = in.find(part, at)) != std::string::npos; at += part.size())
    ++found;
  return found;
}

// ---- those that do not come up ----

TEST(Manage, FiveThatDieAtStartAreFatal) {
  Command command({"--workers", "1"}, {"/bin/sh", "-c", "echo tried >&2; exit 3"});
  const std::string said = command.hear_all();
  EXPECT_EQ(command.end(false), 1);
  for (const char* const part :
       {"worker 1 ", "in 100 ms", "worker 2 ", "in 200 ms", "in 400 ms", "in 800 ms", "worker 5 ",
        "has ended: exit 3", "FATAL: slot 1 is given up after 5 workers that died young",
        "FATAL: no worker is left"}) {
    EXPECT_NE(said.find(part), std::string::npos) << part << " is not in\n" << said;
  }
  EXPECT_EQ(count(said, "tried\n"), 5) << "as the program itself has counted";
}

/// What children of this process have used, and theirs, of those that were waited for.
std::chrono::microseconds cpu_of_the_dead() {
  rusage usage{};
  EXPECT_EQ(::getrusage(RUSAGE_CHILDREN, &usage), 0);
  return std::chrono::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         std::chrono::microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

TEST(Manage, FiveThatDieAtStartCostNearlyNothing) {
  if (test::kSanitized) GTEST_SKIP() << "a sanitizer's own start costs more";
  const auto used = cpu_of_the_dead();
  const auto began = Clock::now();
  Command command({"--workers", "1"}, {test::program("probe"), "exit", "3"});
  EXPECT_NE(command.hear_all().find("FATAL"), std::string::npos);
  EXPECT_EQ(command.end(false), 1);
  const std::chrono::duration<double, std::milli> cpu = cpu_of_the_dead() - used;
  const std::chrono::duration<double, std::milli> all = Clock::now() - began;
  std::printf("five tries, from start to end: %.1f ms of CPU in %.0f ms: %.2f %%\n", cpu.count(),
              all.count(), 100 * cpu / all);
  EXPECT_LT(cpu, all / 100);
}

TEST(Manage, AProgramThatIsNotThereIsNamedAtOnce) {
  Command command({"--workers", "2"}, {"/no/such/program"});
  EXPECT_EQ(command.hear_all(),
            "ch13_cluster: execve: No such file or directory (/no/such/program)\n");
  EXPECT_EQ(command.end(false), 1);
}

TEST(Manage, OneSlotGivenUpDoesNotEndTheOthers) {
  const std::uint16_t port = free_port();
  // Who is worker 1 serves; all others end at once.
  Command command({"--workers", "2", "--max-restarts", "1"},
                  {"/bin/sh", "-c", "test $NODE_UNIQUE_ID = 1 || exit 9; exec \"$@\"", "sh",
                   test::program("ch13_worker"), "--port", std::to_string(port)});
  ASSERT_TRUE(command.hear("FATAL: slot 2 is given up after 2 workers"));
  Load load(port, 1);
  while (load.served() + load.failed() + load.hung() == 0) {
  }
  load.stop();
  EXPECT_EQ(load.failed() + load.hung(), 0) << load.why();
  EXPECT_EQ(command.end(), 0);
}

TEST(Manage, OneThatNeverListensIsReplaced) {
  const std::uint16_t port = free_port();
  // Worker 1 says that it is there, and no more. All others are honest.
  Command command({"--workers", "1", "--ready", "3"},
                  {test::program("ch13_rogue"), kSaysOnline, "@deaf", "--",
                   test::program("ch13_worker"), "--port", std::to_string(port)});
  ASSERT_TRUE(command.hear("worker 1 does not listen after 3000 ms: killed"));
  ASSERT_TRUE(command.hear("is ready"));
  EXPECT_EQ(command.pids().size(), 1U);
  EXPECT_EQ(command.end(), 0);
}

TEST(Manage, FiveThatNeverListenAreFatalToo) {
  Command command({"--workers", "1", "--ready", "0.05"},
                  {test::program("ch13_rogue"), kSaysOnline, "@deaf"});
  const std::string said = command.hear_all();
  EXPECT_EQ(command.end(false), 1);
  EXPECT_EQ(count(said, "does not listen after 50 ms: killed"), 5) << said;
  EXPECT_EQ(count(said, "FATAL: slot 1 is given up after 5 workers"), 1) << said;
}

TEST(Manage, WhoIsAllowedToNeverListenIsLeftAlone) {
  Command command({"--workers", "1", "--ready", "0"},
                  {test::program("ch13_rogue"), kSaysOnline, "@deaf"});
  command.until_one_is("online");
  command.signal(SIGINT);
  ASSERT_TRUE(command.hear("stopping"));
  EXPECT_EQ(command.end(), 0);
  EXPECT_EQ(count(command.hear_all(), "does not listen"), 0);
}

// ---- one that is there and does not answer ----

TEST(Manage, AWorkerThatStandsStillIsReplaced) {
  const std::uint16_t port = free_port();
  Command command({"--workers", "2", "--deaf", "1"},
                  {test::program("ch13_worker"), "--port", std::to_string(port)});
  ASSERT_TRUE(command.hear("is ready", 2));
  const std::vector<Pid> ready = command.pids();
  ASSERT_TRUE(signals::send(ready[0], SIGSTOP));
  ASSERT_TRUE(command.hear("it does not answer"));
  ASSERT_TRUE(command.hear("is ready"));
  EXPECT_EQ(command.pids().size(), 2U);
  EXPECT_EQ(command.end(), 0);
}

// ---- the death of the command ----

TEST(Manage, KilledItLeavesNoWorker) {
  const std::uint16_t port = free_port();
  Clock::duration longest{};
  for (int i = 0; i < test::rounds(100); ++i) {
    const char* const policy = i % 2 == 0 ? "rr" : "none";
    Command command({"--workers", "2", "--policy", policy},
                    {test::program("ch13_worker"), "--port", std::to_string(port)});
    ASSERT_TRUE(command.hear("is ready", i % 3));  // at any time of their lives
    const auto killed = Clock::now();
    command.signal(SIGKILL);
    EXPECT_EQ(command.end(false), -1);
    command.hear_all();  // ends when nobody has our pipe any more
    longest = std::max(longest, Clock::now() - killed);
  }
  std::printf("the last worker was gone %.1f ms after the kill, at most\n",
              std::chrono::duration<double, std::milli>(longest).count());
}

TEST(Manage, KilledItTakesNodeWorkersAlong) {
  NEED_NODE();
  Command command({"--workers", "2"},
                  {node, std::string(PROCLAB_SOURCE) + "/tests/ch13_cluster/server.js"});
  ASSERT_TRUE(command.hear("is ready", 2));
  command.signal(SIGKILL);
  EXPECT_EQ(command.end(false), -1);
  command.hear_all();
}

}  // namespace
}  // namespace proclab::cluster
