// tests/ch04 · Process: the duty to wait, on every system.
#include <gtest/gtest.h>

#include "tests/ch04_spawn/capture.h"
#include "tests/ch04_spawn/strategies.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::spawn {
namespace {

using test::program;
using test::Waiting;

/// A child that runs until its stdin ends, or somebody kills it.
struct Sleeper {
  PipeEnds stdin_pipe = make_pipe();
  Process process;

  explicit Sleeper(Strategy strategy = Strategy::automatic) : process(begin(strategy)) {}
  Process begin(Strategy strategy) const {
    Options all;
    all.file = program("probe");
    all.args = {"stdin-eof"};
    all.slots = {Slot::from(0, stdin_pipe.read.get())};
    all.strategy = strategy;
    return std::move(start(all)).value();
  }
  void wake() { stdin_pipe.write.close(); }
};

class ProcessBy : public EachStrategy {};
INSTANTIATE_TEST_SUITE_P(By, ProcessBy, testing::ValuesIn(strategies()), name_of_strategy);

TEST_P(ProcessBy, WaitsOnceAndRemembers) {
  const Waiting waiting("a sleeper that was woken");
  Sleeper child(GetParam());
  EXPECT_GT(child.process.pid(), 0U);
  EXPECT_EQ(child.process.try_wait().value(), std::nullopt);
  child.wake();
  const Result<ExitStatus> first = child.process.wait();
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->success());
  EXPECT_EQ(*child.process.wait(), *first);
  EXPECT_EQ(**child.process.try_wait(), *first);
  EXPECT_EQ(**child.process.wait_until(Deadline::after(Milliseconds(0))), *first);
}

TEST_P(ProcessBy, LooksWithoutBurying) {
  const Waiting waiting("a sleeper that was killed");
  Sleeper child(GetParam());
  EXPECT_EQ(child.process.peek().value(), std::nullopt);
  ASSERT_TRUE(child.process.kill(kKill));
  std::optional<ExitStatus> seen;
  while (!seen) seen = child.process.peek().value();
  EXPECT_EQ(seen->signal, kKill);
  EXPECT_EQ(child.process.peek().value(), seen) << "it tells as often as it is asked";
  EXPECT_TRUE(child.process.owes_wait());
  EXPECT_TRUE(child.process.kill(0)) << "the number is still its own";
  EXPECT_EQ(child.process.wait().value(), *seen);
  EXPECT_EQ(child.process.peek().value(), seen);
}

TEST_P(ProcessBy, ADeadlineThatPassesChangesNothing) {
  const Waiting waiting("a sleeper that was woken");
  Sleeper child(GetParam());
  for (const int span : {0, 1, 20}) {
    EXPECT_EQ(child.process.wait_until(Deadline::after(Milliseconds(span))).value(), std::nullopt);
  }
  EXPECT_TRUE(child.process.kill(0));
  child.wake();
  const auto ended = child.process.wait_until(Deadline::never());
  ASSERT_TRUE(ended && *ended);
  EXPECT_TRUE((*ended)->success());
}

TEST_P(ProcessBy, KillEndsIt) {
  const Waiting waiting("a sleeper that was killed");
  for (const int signal : {kTerminate, kKill, kInterrupt}) {
    Sleeper child(GetParam());
    EXPECT_TRUE(signal == kTerminate ? child.process.kill() : child.process.kill(signal));
    const Result<ExitStatus> status = child.process.wait();
    ASSERT_TRUE(status);
    EXPECT_EQ(status->signal, signal);
    EXPECT_FALSE(status->success());
    EXPECT_FALSE(status->core);
    EXPECT_EQ(status->text(), "signal " + std::to_string(signal));
  }
}

TEST(Process, KillAfterTheWaitReachesNobody) {
  const Waiting waiting("a sleeper that was woken");
  Sleeper child;
  child.wake();
  ASSERT_TRUE(child.process.wait());
  for (const int signal : {0, kTerminate, kKill}) {
    const Result<void> sent = child.process.kill(signal);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, std::errc::no_such_process);
  }
}

TEST(Process, KillOfAnEndedChildThatNobodyBuriedIsNoError) {
  const Waiting waiting("a child that exits");
  PipeEnds out = make_pipe();
  Options all;
  all.file = program("probe");
  all.args = {"exit", "5"};
  all.slots = {Slot::from(1, out.write.get())};
  Result<Process> child = start(all);
  ASSERT_TRUE(child);
  out.write.close();
  drain(out.read);  // its end has closed its stdout, or is about to
  EXPECT_TRUE(child->kill(0));
  EXPECT_EQ(child->wait()->text(), "exit 5");
}

TEST(Process, WhatWindowsDoesNotHaveItSays) {
  const Waiting waiting("a sleeper that was woken");
  Sleeper child;
  if (kWindows) {
    const Result<void> sent = child.process.kill(10);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, std::errc::function_not_supported);
  } else {
    EXPECT_EQ(child.process.kill(12345).error().code, std::errc::invalid_argument);
  }
  child.wake();
  EXPECT_TRUE(child.process.wait()->success());
}

TEST(Process, MovesItsDutyAlong) {
  const Waiting waiting("a sleeper that was woken");
  Sleeper child;
  const Pid pid = child.process.pid();
  Process moved = std::move(child.process);
  EXPECT_EQ(child.process.wait().error().code, std::errc::no_child_process);  // NOLINT: moved from
  EXPECT_EQ(child.process.kill().error().code, std::errc::no_such_process);
  EXPECT_EQ(moved.pid(), pid);
  child.wake();
  EXPECT_TRUE(moved.wait()->success());
  child.process = std::move(moved);  // the status goes along, too
  EXPECT_TRUE(child.process.wait()->success());
}

TEST(Process, AfterDisownThereIsNothingToWaitFor) {
  const Waiting waiting("a sleeper that was woken");
  Sleeper child;
  Process duty(child.process.pid(), Handle());  // a second one, so that the child is buried yet
  duty.disown();
  EXPECT_EQ(duty.wait().error().code, std::errc::no_child_process);
  EXPECT_EQ(duty.try_wait().error().code, std::errc::no_child_process);
  EXPECT_EQ(duty.kill().error().code, std::errc::no_such_process);
  child.wake();
  EXPECT_TRUE(child.process.wait()->success());  // the real one still has it
}

using ProcessDeathTest = ProcessBy;
INSTANTIATE_TEST_SUITE_P(By, ProcessDeathTest, testing::Values(Strategy::automatic),
                         name_of_strategy);

TEST_P(ProcessDeathTest, LettingOneGoWithoutAWordAsserts) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  Options all = options(program("probe"), {"exit", "0"});
  EXPECT_DEATH({ (void)start(all); }, "let go without wait");
  EXPECT_DEATH(
      {
        Process one = std::move(start(all)).value();
        one = std::move(start(all)).value();
      },
      "overwritten without wait");
}

}  // namespace
}  // namespace proclab::spawn
