// tests/ch13 · under a real load: wrk, 32 clients at a time, a connection for each request. What it counts is
// printed: ch13_test --gtest_filter='*UnderWrk*'
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "chapters/ch05_pipes/communicate.h"
#include "chapters/ch07_signals/send.h"
#include "tests/ch13_cluster/command.h"
#include "tests/ch13_cluster/with_primary.h"

namespace proclab::cluster {
namespace {

constexpr unsigned kWorkers = 2;

double number_after(const std::string& text, const std::string& word) {
  const std::size_t at = text.find(word);
  return at == std::string::npos ? 0 : std::atof(text.c_str() + at + word.size());
}

/// What wrk has seen when it was stopped.
struct Seen {
  std::string text;
  long requests = 0;
  int refused = 0, broken = 0, late = 0,
      not_200 = 0;  // connect; read and write; over 10 s; other answers
};

/// wrk, from here until stop().
class Wrk {
 public:
  explicit Wrk(std::uint16_t port) {
    Result<pipes::PipedChild> started = pipes::start_piped(
        {.file = "wrk",
         .args = {"-t1", "-c32", "-d120s", "--timeout", "10s", "-H", "Connection: close",
                  "http://127.0.0.1:" + std::to_string(port) + "/"}});
    if (started) child_.emplace(std::move(*started));
  }
  ~Wrk() {
    if (child_ && child_->process.owes_wait()) (void)stop();
  }
  Wrk(const Wrk&) = delete;
  Wrk& operator=(const Wrk&) = delete;
  [[nodiscard]] bool is_there() const { return child_.has_value(); }

  Seen stop() {
    (void)child_->process.kill(SIGINT);  // it ends in good order, and counts
    Seen seen;
    seen.text = pipes::communicate(*child_, {}).output;
    const std::size_t counted = seen.text.find(" requests in ");  // "  12345 requests in 1.00s"
    if (counted != std::string::npos) {
      seen.requests = std::atol(seen.text.c_str() + seen.text.rfind('\n', counted) + 1);
    }
    const std::size_t errors = seen.text.find("Socket errors:");
    const auto count = [&](const char* kind) {
      return errors == std::string::npos
                 ? 0
                 : static_cast<int>(number_after(seen.text.substr(errors), kind));
    };
    seen.refused = count("connect ");
    seen.broken = count("read ") + count("write ");
    seen.late = count("timeout ");
    seen.not_200 = static_cast<int>(number_after(seen.text, "Non-2xx or 3xx responses:"));
    return seen;
  }

 private:
  std::optional<pipes::PipedChild> child_;
};

/// From what the command says: how many were ready, at least, since `kWorkers` were for the first time. A worker
/// counts from "is ready" until it is asked to leave or has ended.
unsigned fewest_ready(const std::string& said) {
  unsigned ready = 0, fewest = kWorkers;
  bool complete = false;
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("stopping") != std::string::npos) break;
    if (line.ends_with(" is ready")) ++ready;
    if (line.find(" is asked to leave") != std::string::npos) --ready;
    if (line.find(" has ended: ") != std::string::npos) --ready;
    complete = complete || ready == kWorkers;
    if (complete) fewest = std::min(fewest, ready);
  }
  return fewest;
}

class UnderWrk : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(command.hear("is ready", kWorkers));
    wrk.emplace(port);
    if (!wrk->is_there()) GTEST_SKIP() << "no wrk: scripts/bootstrap bench installs it";
    const test::Waiting waiting("wrk to begin");
    const double idle = workers_cpu();
    while (workers_cpu() < idle + 0.05) {
    }
  }
  double workers_cpu() {
    double sum = 0;
    const channel::Value status = command.ask("status");
    for (const channel::Value& one : *status.find("workers")->as_array()) {
      if (const channel::Value* const cpu = one.find("cpu")) sum += *cpu->as_number();
    }
    return sum;
  }
  void report(const char* what, const Seen& seen) {
    std::printf(
        "%s, %s: %ld requests, refused %d, broken %d, late %d, not 200 %d; ready at least %u of "
        "%u\n",
        GetParam(), what, seen.requests, seen.refused, seen.broken, seen.late, seen.not_200,
        fewest_ready(command.said()), kWorkers);
  }
  std::uint16_t port = free_port();
  Command command{{"--workers", std::to_string(kWorkers), "--policy", GetParam()},
                  {test::program("ch13_worker"), "--port", std::to_string(port)}};
  std::optional<Wrk> wrk;
};
INSTANTIATE_TEST_SUITE_P(With, UnderWrk, testing::Values("rr", "none"),
                         [](const auto& one) { return std::string(one.param); });

TEST_P(UnderWrk, FourReloadsLoseNoRequest) {
  for (int i = 0; i < 4; ++i) {
    command.signal(SIGHUP);
    ASSERT_TRUE(command.hear("reload: done"));
  }
  const Seen seen = wrk->stop();
  report("4 reloads", seen);
  EXPECT_GT(seen.requests, 0) << seen.text;
  EXPECT_EQ(seen.refused + seen.broken + seen.late + seen.not_200, 0) << seen.text;
  EXPECT_EQ(fewest_ready(command.said()), kWorkers) << command.said();
  EXPECT_EQ(command.end(), 0);
}

TEST_P(UnderWrk, EightKilledCostNoMoreThanTheyHadInHand) {
  constexpr int kTimes = 8, kWrkClients = 32;
  Load others(port, 2);  // wrk does not count who never gets an answer; these do
  Milliseconds longest(0);
  for (int i = 0; i < kTimes; ++i) {
    const std::vector<Pid> ready = command.pids();
    ASSERT_EQ(ready.size(), kWorkers);
    const auto killed = Clock::now();
    ASSERT_TRUE(signals::send(ready[static_cast<std::size_t>(i) % kWorkers], SIGKILL));
    ASSERT_TRUE(command.hear("is ready"));
    longest = std::max(longest, std::chrono::ceil<Milliseconds>(Clock::now() - killed));
  }
  others.stop();
  const Seen seen = wrk->stop();
  report("8 killed", seen);
  std::printf(
      "%s, 8 killed: the next was ready after %lld ms at most; %d more requests, %d broken, %d "
      "hung\n",
      GetParam(), static_cast<long long>(longest.count()), others.served(), others.failed(),
      others.hung());
  EXPECT_GT(seen.requests, 0) << seen.text;
  EXPECT_EQ(seen.refused + seen.late + seen.not_200, 0) << seen.text;
  EXPECT_LE(seen.broken, kTimes * kWrkClients) << seen.text;
  EXPECT_EQ(others.hung(), 0) << others.why();
  EXPECT_GE(fewest_ready(command.said()), kWorkers - 1) << command.said();
  EXPECT_EQ(command.pids().size(), kWorkers);
  EXPECT_EQ(command.end(), 0);
}

}  // namespace
}  // namespace proclab::cluster
