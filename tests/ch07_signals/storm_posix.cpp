// tests/ch07 · a storm: SIGALRM at 1 kHz, its handler without SA_RESTART, and every call of the chapter that
// can wait stands in it. Each of them goes on as if nothing had happened.
#include <gtest/gtest.h>

#include <thread>

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch07_signals/mask_posix.h"
#include "chapters/ch07_signals/send.h"
#include "chapters/ch07_signals/timeout.h"
#include "tests/ch07_signals/fork_posix.h"
#include "tests/ch07_signals/ways.h"
#include "tests/support/deadline.h"
#include "tests/support/gate.h"
#include "tests/support/run.h"
#include "tests/support/storm_posix.h"

namespace proclab::signals {
namespace {

using test::Storm;
using test::Waiting;

/// Whether it has blown through whatever was tested.
bool enough() { return Storm::count() >= 100; }

using StormBy = EachWay;
INSTANTIATE_TEST_SUITE_P(By, StormBy, testing::ValuesIn(ways()), name_of_way);

TEST_P(StormBy, OpeningAndClosing) {
  const Waiting waiting("sources in a storm");
  for (const Storm storm; !enough();) {
    Result<Source> source = Source::open({SIGUSR1, SIGTERM}, GetParam());
    ASSERT_TRUE(source) << source.error().message();
    ASSERT_TRUE(send(::getpid(), SIGTERM));
  }
}

TEST_P(StormBy, WaitingForADeadline) {
  const Waiting waiting("deadlines in a storm");
  Result<Source> source = Source::open({SIGUSR1}, GetParam());
  ASSERT_TRUE(source);
  for (const Storm storm; !enough();) {
    const Deadline deadline = Deadline::after(Milliseconds(20));
    const Result<std::optional<Event>> event = source->next_until(deadline);
    ASSERT_TRUE(event) << event.error().message();
    EXPECT_EQ(*event, std::nullopt);
    EXPECT_TRUE(deadline.passed()) << "an interrupted wait is no passed deadline";
  }
}

TEST_P(StormBy, WaitingForASignalLosesNone) {
  const Waiting waiting("signals in a storm");
  Result<Source> source = Source::open({SIGUSR1}, GetParam());
  ASSERT_TRUE(source);
  for (const Storm storm; !enough();) {
    ASSERT_TRUE(send(::getpid(), SIGUSR1));
    const Result<std::optional<Event>> event = source->next_until(Deadline::never());
    ASSERT_TRUE(event && *event);
    EXPECT_EQ((*event)->signal, SIGUSR1);
  }
}

TEST_P(StormBy, TheAlarmItselfMayBeWhatIsListenedFor) {
  const Waiting waiting("a hundred alarms");
  Result<Source> source = Source::open({SIGALRM}, GetParam());
  ASSERT_TRUE(source);
  const itimerval millisecond{{0, 1000}, {0, 1000}}, off{};
  ::setitimer(ITIMER_REAL, &millisecond, nullptr);
  for (unsigned total = 0; total < 100;) {
    const Result<std::optional<Event>> event = source->next_until(Deadline::never());
    ASSERT_TRUE(event && *event);
    total += (*event)->count;
  }
  ::setitimer(ITIMER_REAL, &off, nullptr);
}

spawn::Options sleeper(const test::Gate& gate) {
  spawn::Options options;
  options.file = test::program("probe");
  options.args = {"gate", "3"};
  options.slots = {spawn::Slot::from(3, gate.waiter())};
  return options;
}

TEST(Storm, WaitingForAChildsEnd) {
  const Waiting waiting("children in a storm");
  for (const Storm storm; !enough();) {
    test::Gate gate;
    Result<spawn::Process> child = spawn::start(sleeper(gate));
    ASSERT_TRUE(child) << child.error().message();
    const Deadline soon = Deadline::after(Milliseconds(20));
    EXPECT_EQ(wait_ended(*child, kNoHandle, soon).value(), Woken::deadline);
    EXPECT_TRUE(soon.passed());
    EXPECT_EQ(wait_ended(*child, gate.waiter(), Deadline::after(Milliseconds(1))).value(),
              Woken::deadline);
    gate.open();
    EXPECT_EQ(wait_ended(*child, kNoHandle, Deadline::never()).value(), Woken::ended);
    EXPECT_TRUE(child->wait()->success());
  }
}

TEST(Storm, ATimeoutWithAGrace) {
  const Waiting waiting("timeouts in a storm");
  for (const Storm storm; !enough();) {
    test::Gate gate;
    Result<spawn::Process> child = spawn::start(sleeper(gate));
    ASSERT_TRUE(child);
    const Result<Limited> end =
        wait_limited(*child, {.span = Milliseconds(20), .signal = 0, .grace = Milliseconds(20)});
    ASSERT_TRUE(end) << end.error().message();
    EXPECT_TRUE(end->timed_out);
    EXPECT_EQ(end->status.signal, kKill);
  }
}

}  // namespace
}  // namespace proclab::signals
