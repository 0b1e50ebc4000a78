// tests/ch07 · what is counted and what is not: standard signals coalesce, queued ones do not.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <map>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chapters/ch07_signals/mask_posix.h"
#include "chapters/ch07_signals/send.h"
#include "tests/ch07_signals/fork_posix.h"
#include "tests/ch07_signals/ways.h"
#include "tests/support/deadline.h"
#include "tests/support/sanitizer.h"

namespace proclab::signals {
namespace {

using test::Waiting;

constexpr int kThreads = 24;
constexpr int kSignals = 10'000;

using CountsBy = EachWay;
INSTANTIATE_TEST_SUITE_P(By, CountsBy, testing::ValuesIn(ways()), name_of_way);

/// `kThreads` threads that together call `send_one(i)` for each i below kSignals.
template <class Send>
std::vector<std::thread> senders(std::atomic<int>& next, Send send_one) {
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&next, send_one] {
      for (int i; (i = next++) < kSignals;) send_one(i);
    });
  }
  return threads;
}

/// ThreadSanitizer keeps one pending signal of each number for a handler that it delays.
bool loses_signals(Way way) { return test::kTsan && way == Way::self_pipe; }

TEST_P(CountsBy, QueuedFromManyThreadsEachComesOnceWithItsValue) {
  if (loses_signals(GetParam())) GTEST_SKIP() << "ThreadSanitizer merges queued signals itself";
  const Waiting waiting("10,000 queued signals");
  const int signals[] = {SIGRTMIN, SIGRTMIN + 5, SIGRTMAX};
  Result<Source> source = Source::open({signals[0], signals[1], signals[2]}, GetParam());
  ASSERT_TRUE(source);
  std::atomic<int> next = 0;
  std::vector<std::thread> threads = senders(next, [&](int i) {
    // EAGAIN: as many are queued as the user may have. Nothing is lost: the sender knows, and waits.
    Result<void> sent = queue(::getpid(), signals[i % 3], i);
    while (!sent && sent.error().code == std::errc::resource_unavailable_try_again) {
      std::this_thread::yield();
      sent = queue(::getpid(), signals[i % 3], i);
    }
    EXPECT_TRUE(sent);
  });
  std::vector<int> seen(kSignals);
  std::map<int, unsigned> count;
  unsigned total = 0, without_value = 0;
  while (total < kSignals) {
    const Result<std::optional<Event>> event = source->next_until(Deadline::never());
    ASSERT_TRUE(event && *event);
    total += (*event)->count;
    count[(*event)->signal] += (*event)->count;
    if ((*event)->count == 1 && (*event)->sender != 0) {
      ++seen[static_cast<std::size_t>((*event)->value)];
      EXPECT_EQ((*event)->signal, signals[(*event)->value % 3]);
    } else {
      without_value += (*event)->count;
    }
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(source->next().value(), std::nullopt) << "not one too many";
  EXPECT_EQ(count,
            (std::map<int, unsigned>{{signals[0], 3334}, {signals[1], 3333}, {signals[2], 3333}}));
  EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](int times) { return times <= 1; }));
  EXPECT_EQ(std::count(seen.begin(), seen.end(), 0), without_value);
}

TEST_P(CountsBy, OfAStandardOneAtLeastOneComesAndAtMostAsManyAsWereSent) {
  const Waiting waiting("10,000 standard signals");
  Result<Source> source = Source::open({SIGUSR1}, GetParam());
  ASSERT_TRUE(source);
  std::atomic<int> next = 0;
  std::vector<std::thread> threads =
      senders(next, [](int) { EXPECT_TRUE(send(::getpid(), SIGUSR1)); });
  for (std::thread& thread : threads) thread.join();
  // One more, after all: at least its event is still to come, or on its way.
  ASSERT_TRUE(send(::getpid(), SIGUSR1));
  unsigned total = 0;
  const Result<std::optional<Event>> first = source->next_until(Deadline::never());
  ASSERT_TRUE(first && *first);
  total += (*first)->count;
  for (const Event& event : source->read_all().value()) total += event.count;
  EXPECT_GE(total, 1U);
  EXPECT_LE(total, kSignals + 1U);
}

TEST_P(CountsBy, WhatIsQueuedComesInTheOrderOfSendingLowerNumbersFirst) {
  if (loses_signals(GetParam())) GTEST_SKIP() << "ThreadSanitizer merges queued signals itself";
  const Waiting waiting("queued signals");
  const MaskGuard held(MaskGuard::How::block, {SIGRTMIN, SIGRTMIN + 1, SIGUSR1});
  for (const int value : {1, 2, 3}) {
    ASSERT_TRUE(queue(::getpid(), SIGRTMIN + 1, value));
    ASSERT_TRUE(queue(::getpid(), SIGRTMIN, value));
    ASSERT_TRUE(queue(::getpid(), SIGUSR1, value))
        << "a standard one: the first swallows the others";
  }
  std::vector<std::pair<int, int>> got;
  Result<Source> source = Source::open({SIGRTMIN, SIGRTMIN + 1, SIGUSR1}, GetParam());
  ASSERT_TRUE(source);
  while (got.size() < 7) {
    const Result<std::optional<Event>> event = source->next_until(Deadline::never());
    ASSERT_TRUE(event && *event);
    got.emplace_back((*event)->signal, (*event)->value);
  }
  const int a = SIGRTMIN, b = SIGRTMIN + 1;
  const std::vector<std::pair<int, int>> wanted = {{SIGUSR1, 1}, {a, 1}, {a, 2}, {a, 3},
                                                   {b, 1},       {b, 2}, {b, 3}};
  if (GetParam() == Way::self_pipe) std::sort(got.begin(), got.end());  // see the test below
  EXPECT_EQ(got, wanted);
}

TEST(Counts, AFullSelfPipeStillCounts) {
  if (loses_signals(Way::self_pipe)) GTEST_SKIP() << "ThreadSanitizer merges queued signals itself";
  const Waiting waiting("more signals than a pipe holds");
  Result<Source> source = Source::open({SIGRTMIN, SIGRTMIN + 1}, Way::self_pipe);
  ASSERT_TRUE(source);
  for (int i = 0; i < 3000; ++i) {  // nobody reads; a pipe holds 4096 records of 16 bytes
    ASSERT_TRUE(queue(::getpid(), SIGRTMIN, i));
    ASSERT_TRUE(queue(::getpid(), SIGRTMIN + 1, i));
  }
  std::map<int, unsigned> count;
  bool merged = false;
  for (;;) {  // one by one, as a loop does that is told "readable"
    const Result<std::optional<Event>> event = source->next();
    ASSERT_TRUE(event);
    if (!*event) break;
    count[(*event)->signal] += (*event)->count;
    merged = merged || (*event)->count > 1;
  }
  EXPECT_EQ(count, (std::map<int, unsigned>{{SIGRTMIN, 3000}, {SIGRTMIN + 1, 3000}}));
  EXPECT_TRUE(merged) << "or the pipe was not full, and this tests nothing";
}

TEST(Counts, APendingStandardSignalSwallowsTheNext) {
  const MaskGuard held(MaskGuard::How::block, {SIGUSR1, SIGRTMIN});
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(raise(SIGUSR1));
    ASSERT_TRUE(queue(::getpid(), SIGRTMIN, i));
  }
  const auto count = [](int signal) {
    const sigset_t one = set_of({signal});
    const timespec now{};
    int times = 0;
    while (::sigtimedwait(&one, nullptr, &now) == signal) ++times;
    return times;
  };
  EXPECT_EQ(count(SIGUSR1), 1);
  EXPECT_EQ(count(SIGRTMIN), 5);
}

TEST(Counts, AFullQueueRefusesQueueButNotKill) {
  const Waiting waiting("a child with room for three");
  const pid_t child = fork_to([] {
    const rlimit three{3, 3};
    ::setrlimit(RLIMIT_SIGPENDING, &three);
    if (::getuid() == 0 && ::setuid(12345) != 0) return 1;  // a user who has nothing queued yet
    const MaskGuard held(MaskGuard::How::block, {SIGRTMIN});
    int accepted = 0;
    while (queue(::getpid(), SIGRTMIN, accepted)) ++accepted;
    if (accepted != 3 || errno != EAGAIN) return 2;
    for (int i = 0; i < 10; ++i) {
      if (::kill(::getpid(), SIGRTMIN) == -1) return 3;  // takes no for an answer: it just merges
    }
    const sigset_t one = set_of({SIGRTMIN});
    const timespec now{};
    int came = 0;
    while (::sigtimedwait(&one, nullptr, &now) == SIGRTMIN) ++came;
    return 10 + came;
  });
  const int status = reap(child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(exit_code(status), 10 + 3) << "of 3 queued and 10 by kill()";
}

TEST(Counts, ManyChildrenEndBehindOneSigchld) {
  const Waiting waiting("ten children");
  constexpr int kChildren = 10;
  unsigned told = 0;
  pid_t children[kChildren];
  {
    const MaskGuard held(MaskGuard::How::block, {SIGCHLD});
    for (pid_t& child : children) child = fork_to([] { return 0; });
    for (const pid_t child : children) {
      siginfo_t info;
      ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
    }
    Result<Source> source = Source::open({SIGCHLD}, Way::signalfd);
    ASSERT_TRUE(source);
    for (const Event& event : source->read_all().value()) told += event.count;
  }
  EXPECT_EQ(told, 1U) << "and it names one child of the ten";
  for (const pid_t child : children) EXPECT_EQ(reap(child), 0);
}

/// The number under which the handler writes into the pipe that is read as `read_end`.
int write_end_of(int read_end) {
  struct stat pipe {
  }, other{};
  ::fstat(read_end, &pipe);
  for (int fd = 3; fd < 1000; ++fd) {
    if (fd != read_end && ::fstat(fd, &other) == 0 && other.st_ino == pipe.st_ino) return fd;
  }
  return -1;
}

char state_of(pid_t thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
  std::string text;
  std::getline(file, text);
  return text.substr(text.rfind(')') + 2)[0];
}

TEST(SelfPipeEnd, WaitsForWhoStandsInTheHandler) {
  if (test::kTsan) GTEST_SKIP() << "ThreadSanitizer calls the handler when it suits it";
  const Waiting waiting("a thread that is held up in the handler");
  std::optional<Source> source = std::move(Source::open({SIGUSR1}, Way::self_pipe)).value();
  // Its own pipe never blocks. So one that does, and is full, takes its number.
  int full[2];
  ASSERT_EQ(::pipe2(full, O_CLOEXEC | O_NONBLOCK), 0);
  const Handle read(full[0]), write(full[1]);
  std::vector<char> room(1 << 20);
  ASSERT_GT(::write(write.get(), room.data(), room.size()), 0);
  ASSERT_EQ(::fcntl(write.get(), F_SETFL, 0), 0);
  ASSERT_NE(::dup2(write.get(), write_end_of(source->handle())), -1);

  std::atomic<pid_t> held = 0;
  std::thread other([&] {
    held = ::gettid();
    ::raise(SIGUSR1);
  });
  while (held == 0 || state_of(held) != 'S') std::this_thread::yield();
  std::atomic<bool> gone = false;
  std::thread closer([&] {
    source.reset();
    gone = true;
  });
  ::usleep(50'000);  // orders nothing: one that does not wait is gone by then
  EXPECT_FALSE(gone) << "the number could be another file's when the handler writes";
  EXPECT_GT(::read(read.get(), room.data(), room.size()), 0);
  other.join();
  closer.join();
}

}  // namespace
}  // namespace proclab::signals
