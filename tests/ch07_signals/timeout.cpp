// tests/ch07 · a program that may take so long, on every system.
#include "chapters/ch07_signals/timeout.h"

#include <gtest/gtest.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch07_signals/ending.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::signals {
namespace {

using test::Waiting;

spawn::Process run(const char* program, std::vector<std::string> args) {
  spawn::Options options;
  options.file = test::program(program);
  options.args = std::move(args);
  options.slots = {spawn::Slot::null(0), spawn::Slot::null(1)};
  return std::move(spawn::start(options)).value();
}

TEST(Timeout, WhoEndsInTimeIsLeftAlone) {
  const Waiting waiting("a child that exits");
  spawn::Process child = run("probe", {"exit", "5"});
  const Result<Limited> end = wait_limited(child, {.span = Milliseconds(60'000)});
  ASSERT_TRUE(end) << end.error().message();
  EXPECT_FALSE(end->timed_out);
  EXPECT_EQ(end->status.code, 5U);
  EXPECT_EQ(child.wait()->code, 5U) << "buried, and remembered";
}

TEST(Timeout, WithoutALimitItWaits) {
  const Waiting waiting("a child that exits");
  spawn::Process child = run("probe", {"exit", "6"});
  EXPECT_EQ(wait_limited(child, {})->status.code, 6U);
}

TEST(Timeout, WhoseTimeIsOverIsTerminated) {
  const Waiting waiting("children whose time is over");
  for (const int span : {0, 1, 20}) {
    spawn::Process child = run("sleeper", {});
    const Result<Limited> end = wait_limited(child, {.span = Milliseconds(span)});
    ASSERT_TRUE(end) << end.error().message();
    EXPECT_TRUE(end->timed_out);
    EXPECT_EQ(end->status.signal, kTerminate);
    EXPECT_EQ(child.kill(0).error().code, std::errc::no_such_process) << "reaped: nobody's number";
  }
}

TEST(Timeout, AnEndThatCameFirstIsNoTimeout) {
  const Waiting waiting("a child that exits");
  spawn::Process child = run("probe", {"exit", "0"});
  ASSERT_EQ(wait_ended(child, kNoHandle, Deadline::never()).value(), Woken::ended);
  EXPECT_TRUE(child.kill(0)) << "not reaped yet";
  const Result<Limited> end = wait_limited(child, {.span = Milliseconds(0)});
  ASSERT_TRUE(end);
  EXPECT_FALSE(end->timed_out);
  EXPECT_TRUE(end->status.success());
}

TEST(Timeout, AtTheVeryMomentOfTheEndEitherIsTold) {
  const Waiting waiting("children that end when their time does");
  for (int i = 0; i < (kWindows ? 10 : 200); ++i) {
    spawn::Process child = run("probe", {"exit", "3"});
    const Result<Limited> end = wait_limited(child, {.span = Milliseconds(i % 3)});
    ASSERT_TRUE(end) << end.error().message();
    const bool exited = end->status.signal == 0 && end->status.code == 3;
    EXPECT_TRUE(exited || (end->timed_out && end->status.signal == kTerminate))
        << end->status.text();
  }
}

TEST(Timeout, ASignalThatIsNoneIsRefusedAndTheChildStaysOurs) {
  const Waiting waiting("a child that is killed");
  spawn::Process child = run("sleeper", {});
  for (const int signal : {-1, 1000}) {
    const Result<Limited> end = wait_limited(child, {.span = Milliseconds(0), .signal = signal});
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, std::errc::invalid_argument);
  }
  if (kWindows) {
    for (const Reach reach : {Reach::group, Reach::own_group}) {
      EXPECT_EQ(wait_limited(child, {.reach = reach}).error().code, std::errc::not_supported);
    }
  }
  EXPECT_TRUE(child.kill(kKill));
  EXPECT_TRUE(child.wait());
}

TEST(ShellCode, Is128AndTheSignal) {
  EXPECT_EQ(shell_code({.code = 7}), 7U);
  EXPECT_EQ(shell_code({.code = 0, .signal = kTerminate}), 143U);
  EXPECT_EQ(shell_code({.code = 0, .signal = kKill}), 137U);
}

}  // namespace
}  // namespace proclab::signals
