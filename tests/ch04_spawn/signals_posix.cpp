// tests/ch04 · signals around a spawn: a child starts with none blocked and none ignored, no handler of
// the parent's ever runs in it, and the parent's own state is as before.
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/ch04_spawn/capture.h"
#include "tests/ch04_spawn/in_a_fork_posix.h"
#include "tests/ch04_spawn/strategies.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"
#include "tests/support/storm_posix.h"

namespace proclab::spawn {
namespace {

using test::program;
using test::Waiting;

class Signals : public EachStrategy {};
INSTANTIATE_TEST_SUITE_P(By, Signals, testing::ValuesIn(strategies()), name_of_strategy);

/// A disposition while it lives.
class Disposition {
 public:
  Disposition(int signal, void (*handler)(int)) : signal_(signal) {
    struct sigaction action {};
    action.sa_handler = handler;  // and no SA_RESTART: every call that can be interrupted is
    ::sigaction(signal_, &action, &before_);
  }
  ~Disposition() { ::sigaction(signal_, &before_, nullptr); }
  Disposition(const Disposition&) = delete;
  Disposition& operator=(const Disposition&) = delete;

 private:
  int signal_;
  struct sigaction before_ {};
};

void do_nothing(int) {}

sigset_t mask_now() {
  sigset_t mask;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  return mask;
}

bool same(const sigset_t& a, const sigset_t& b) {
  for (int signal = 1; signal < NSIG; ++signal) {
    if (sigismember(&a, signal) != sigismember(&b, signal)) return false;
  }
  return true;
}

TEST_P(Signals, TheChildStartsWithNoneBlockedAndNoneIgnored) {
  const Disposition pipe(SIGPIPE, SIG_IGN), hup(SIGHUP, SIG_IGN), child(SIGINT, SIG_IGN),
      usr(SIGUSR2, do_nothing);
  sigset_t some, before;
  sigemptyset(&some);
  for (const int signal : {SIGTERM, SIGUSR1, SIGCHLD, SIGRTMIN + 3}) sigaddset(&some, signal);
  ::pthread_sigmask(SIG_BLOCK, &some, &before);
  const std::string out = capture(options(program("probe"), {"signals"})).out;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(out, "blocked\nignored\n");
}

TEST_P(Signals, TheParentsMaskIsPutBack) {
  sigset_t some, before;
  sigemptyset(&some);
  sigaddset(&some, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &some, &before);
  const sigset_t mine = mask_now();
  EXPECT_EQ(run_to_end(options(program("fdcheck"))).code, 1U)
      << "0 is open, and it was told of none";
  EXPECT_TRUE(same(mine, mask_now())) << "after a success";
  EXPECT_FALSE(start(options("/no/such/program")));
  EXPECT_TRUE(same(mine, mask_now())) << "after execve failed";
  EXPECT_FALSE(start(options("")));
  EXPECT_TRUE(same(mine, mask_now())) << "after a refusal";
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

/// In memory that a fork shares with its parent.
struct Seen {
  pid_t parent;
  std::atomic<long> in_parent, in_child;
};
Seen* seen = nullptr;

void count_where(int) { ++(::getpid() == seen->parent ? seen->in_parent : seen->in_child); }

/// In a process group of its own: SIGURG to all of it, again and again, while it spawns. (SIGURG's
/// default is to be ignored, so the program that the child becomes lives on.)
std::string spawn_in_a_storm(const Options& all) {
  ::setpgid(0, 0);
  seen->parent = ::getpid();
  const Disposition handler(SIGURG, count_where);
  std::atomic<bool> done{false};
  std::thread storm([&] {
    while (!done) ::kill(0, SIGURG);
  });
  std::string wrong;
  for (int i = 0; i < rounds(300) && wrong.empty(); ++i) {
    Result<Process> child = start(all);
    if (!child) wrong = child.error().message();
    if (child && child->wait()->code != 3) wrong = "the child did not exit 3";
  }
  done = true;
  storm.join();
  if (seen->in_child != 0) wrong += "the parent's handler ran in a child";
  if (seen->in_parent == 0) wrong += "no signal came at all";
  return wrong;
}

TEST_P(Signals, AStormOfThemNeverRunsTheParentsHandlerInTheChild) {
  if (kTsan) GTEST_SKIP() << "ThreadSanitizer lets no thread start after a fork";
  seen = static_cast<Seen*>(
      ::mmap(nullptr, sizeof(Seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  new (seen) Seen{};
  EXPECT_EQ(in_a_fork([] {
              return spawn_in_a_storm(options(program("probe"), {"exit", "3"}));
            }),
            "");
  ::munmap(seen, sizeof(Seen));
}

TEST_P(Signals, AnAlarmEachMillisecondInterruptsAndBreaksNothing) {
  const Waiting waiting("1,000 children under an alarm", Milliseconds(100'000));
  const test::Storm storm;
  std::string wrong;
  for (int i = 0; i < rounds(1000) && wrong.empty(); ++i) {
    Result<Process> child = start(options(program("probe"), {"exit", "3"}));
    if (!child) {
      wrong = child.error().message();
      break;
    }
    Result<std::optional<ExitStatus>> status =
        i % 2 == 0 ? Result<std::optional<ExitStatus>>(child->wait().value())
                   : child->wait_until(Deadline::never());
    if (!status) wrong = status.error().message();
    if (status && (*status)->code != 3) wrong = (*status)->text();
  }
  EXPECT_EQ(wrong, "");
}

TEST_P(Signals, AnotherThreadsSetuidGoesThroughWhileWeSpawn) {
  // The C library makes all threads change their ids, by a signal that sigfillset() does not know. A
  // thread that sleeps in vfork takes it afterwards; its child must not take it at all.
  if (kTsan) GTEST_SKIP() << "ThreadSanitizer defers signals, also the C library's own";
  const Waiting waiting("spawns beside a thread that calls setresuid()", Milliseconds(100'000));
  std::atomic<bool> done{false};
  std::atomic<int> changes{0};
  std::thread changer([&] {
    while (!done) {
      EXPECT_EQ(::setresuid(static_cast<uid_t>(-1), ::geteuid(), static_cast<uid_t>(-1)), 0);
      ++changes;
    }
  });
  for (int i = 0; i < rounds(300); ++i) {
    Result<Process> child = start(options(program("probe"), {"exit", "3"}));
    if (!child) {
      ADD_FAILURE() << child.error().message();
      break;
    }
    EXPECT_EQ(child->wait()->code, 3U);
  }
  done = true;
  changer.join();
  EXPECT_GT(changes, 0);
}

}  // namespace
}  // namespace proclab::spawn
