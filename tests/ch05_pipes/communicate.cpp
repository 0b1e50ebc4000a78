// tests/ch05 · communicate(): all of both streams, whatever the child does, and no hang.
#include "chapters/ch05_pipes/communicate.h"

#include <gtest/gtest.h>

#include "chapters/ch02_stdio/writer.h"
#include "tests/ch05_pipes/children.h"
#include "tests/support/deadline.h"

namespace proclab::pipes {
namespace {

using spawn::Slot;
using test::Waiting;

PipedChild start_it(spawn::Options options) {
  Result<PipedChild> child = start_piped(std::move(options));
  EXPECT_TRUE(child) << child.error().message();
  return std::move(child).value();
}

Communicated talk(spawn::Options options, std::string_view input = {},
                  const CommunicateOptions& how = {}) {
  const Waiting waiting(options.args.empty() ? options.file : options.args.front());
  PipedChild child = start_it(std::move(options));
  Communicated said = communicate(child, input, how);
  if (!said.status) {
    EXPECT_TRUE(child.process.kill(spawn::kKill));
    EXPECT_TRUE(child.process.wait());
  }
  return said;
}

/// A child that runs until its stdin, which is not communicate()'s, is closed; and an echo until
/// then.
struct Holding {
  HeldStdin held;
  PipedChild child;
  explicit Holding(const char* what = "stdin-eof") : child(start(what)) {}
  PipedChild start(const char* what) const {
    spawn::Options options = probe({what});
    options.slots = {held.slot()};
    return start_it(options);
  }
};

TEST(Communicate, FeedsAndDrainsAndWaits) {
  const Communicated said = talk(probe({"cat"}), "hello");
  EXPECT_EQ(said.stop, Stop::ended);
  EXPECT_EQ(said.output, "hello");
  EXPECT_EQ(said.errors, "");
  EXPECT_EQ(said.fed, 5U);
  ASSERT_TRUE(said.status);
  EXPECT_TRUE(said.status->success());
  EXPECT_FALSE(said.error);
}

TEST(Communicate, GivesTheStatus) { EXPECT_EQ(talk(probe({"exit", "7"})).status->code, 7U); }

TEST(Communicate, NoInputIsAnEndAtOnce) { EXPECT_EQ(talk(probe({"stdin-eof"})).stop, Stop::ended); }

TEST(Communicate, MoreThanThePipesHoldBothWays) {
  const std::string sent = pattern(3'000'000);
  const Communicated said = talk(probe({"cat"}), sent);
  EXPECT_EQ(said.stop, Stop::ended);
  EXPECT_EQ(said.fed, sent.size());
  EXPECT_TRUE(said.output == sent);
}

TEST(Communicate, ErrorsAloneDoNotBlockIt) {
  const Communicated said = talk(probe({"flood", "3000000", "--stderr"}));
  EXPECT_TRUE(said.errors == flood(3'000'000));
  EXPECT_EQ(said.output, "");
  EXPECT_TRUE(said.status->success());
}

TEST(Communicate, AChildThatDoesNotReadItsInputIsNoError) {
  const std::string sent = pattern(3'000'000);
  const Communicated said = talk(probe({"exit", "4"}), sent);
  EXPECT_EQ(said.stop, Stop::ended);
  EXPECT_LE(said.fed, sent.size());
  EXPECT_EQ(said.status->code, 4U);
}

TEST(Communicate, StreamsThatAreNotPipedAreLeftOut) {
  spawn::Options options = probe({"flood", "10"});
  options.slots = {Slot::null(0), Slot::null(2)};
  const Waiting waiting("a child with one pipe");
  PipedChild child = start_it(options);
  EXPECT_FALSE(child.input);
  EXPECT_FALSE(child.errors);
  const Communicated said = communicate(child, "nobody to read it");
  EXPECT_EQ(said.output, "0123456789");
  EXPECT_EQ(said.stop, Stop::ended);
}

TEST(Communicate, ClosesWhatHasEnded) {
  const Waiting waiting("a child that copies");
  PipedChild child = start_it(probe({"cat"}));
  ASSERT_EQ(communicate(child, "x").stop, Stop::ended);
  EXPECT_FALSE(child.input || child.output || child.errors);
  const Communicated again = communicate(child, {});  // nothing left to do, and the same status
  EXPECT_EQ(again.stop, Stop::ended);
  EXPECT_TRUE(again.status->success());
}

TEST(Communicate, AFailedStartLeavesNothing) {
  spawn::Options options;
  options.file = "no-such-program";
  EXPECT_EQ(start_piped(options).error().code, std::errc::no_such_file_or_directory);
}

//> deadline
TEST(Communicate, AtTheDeadlineNobodyIsKilledAndItCanGoOn) {
  const Waiting waiting("a child that was let go on");
  Holding it("cat");
  ASSERT_TRUE(stdio::BlockingWriter(it.held.pipe.write.get()).write("early "));
  std::string output;
  while (output.size() < 6) {  // however long it takes to start
    const Communicated said =
        communicate(it.child, {}, {.deadline = Deadline::after(Milliseconds(10))});
    ASSERT_EQ(said.stop, Stop::deadline);
    EXPECT_FALSE(said.status);
    output += said.output;
  }
  EXPECT_EQ(output, "early ");
  EXPECT_TRUE(it.child.process.kill(0));
  ASSERT_TRUE(stdio::BlockingWriter(it.held.pipe.write.get()).write("late"));
  it.held.close();
  const Communicated rest = communicate(it.child, {});
  EXPECT_EQ(rest.stop, Stop::ended);
  EXPECT_EQ(rest.output, "late");
  EXPECT_TRUE(rest.status->success());
}
//< deadline

TEST(Communicate, ADeadlineThatHasPassedDoesNotWait) {
  Holding it;
  EXPECT_EQ(communicate(it.child, {}, {.deadline = Deadline::after(Milliseconds(0))}).stop,
            Stop::deadline);
  it.held.close();
  EXPECT_EQ(communicate(it.child, {}).stop, Stop::ended);
}

TEST(Communicate, AChildThatNeverStopsTalkingIsCutAtTheDeadline) {
  const Communicated said =
      talk(probe({"flood", "1000000000000"}), {},
           {.deadline = Deadline::after(Milliseconds(50)), .limit = 1'000'000'000, .kill = true});
  EXPECT_EQ(said.stop, Stop::deadline);
  ASSERT_TRUE(said.status);
  EXPECT_EQ(said.status->signal, spawn::kKill);
}

TEST(Communicate, AClosedStreamIsNotTheEndOfTheProcess) {
  const Waiting waiting("a child without streams of ours");
  HeldStdin held;
  spawn::Options options = probe({"stdin-eof"});
  options.slots = {held.slot(), Slot::null(1), Slot::null(2)};
  PipedChild child = start_it(options);
  const Communicated said = communicate(child, {}, {.deadline = Deadline::after(Milliseconds(20))});
  EXPECT_EQ(said.stop, Stop::deadline);
  EXPECT_FALSE(said.status);
  held.close();
  EXPECT_TRUE(communicate(child, {}).status->success());
}

TEST(Communicate, KillsWhenAskedTo) {
  const Communicated said =
      talk(probe({"flood", "100", "--stderr"}), {}, {.deadline = Deadline::never(), .kill = true});
  EXPECT_TRUE(said.status->success());  // it ended in time: nobody to kill

  Holding it;
  const Communicated cut =
      communicate(it.child, {}, {.deadline = Deadline::after(Milliseconds(10)), .kill = true});
  EXPECT_EQ(cut.stop, Stop::deadline);
  ASSERT_TRUE(cut.status);
  EXPECT_EQ(cut.status->signal, spawn::kKill);
}

TEST(Communicate, TheLimitCutsWithoutLosingAByte) {
  const Waiting waiting("a child that says too much");
  PipedChild child = start_it(probe({"flood", "200000"}));
  std::string output;
  for (const std::size_t limit : {0, 1, 1000, 100'000}) {
    const Communicated said = communicate(child, {}, {.limit = limit});
    EXPECT_EQ(said.stop, Stop::limit) << limit;
    EXPECT_EQ(said.output.size(), limit);
    output += said.output;
  }
  const Communicated rest = communicate(child, {});
  EXPECT_EQ(rest.stop, Stop::ended);
  EXPECT_TRUE(output + rest.output == flood(200'000));
}

TEST(Communicate, ExactlyTheLimitIsNotOverIt) {
  for (const char* const stream : {"--stdout", "--stderr"}) {
    const Communicated said = talk(probe({"flood", "1000", stream}), {}, {.limit = 1000});
    EXPECT_EQ(said.stop, Stop::ended);
    EXPECT_EQ(said.output.size() + said.errors.size(), 1000U);
    EXPECT_TRUE(said.status->success());
  }
}

TEST(Communicate, OverTheLimitKillsWhenAskedTo) {
  const Communicated said =
      talk(probe({"flood", "1000000000"}), {}, {.limit = 100'000, .kill = true});
  EXPECT_EQ(said.stop, Stop::limit);
  EXPECT_EQ(said.output.size(), 100'000U);
  ASSERT_TRUE(said.status);
}

/// A child that exits at once and leaves a grandchild behind, which holds all three streams.
struct WithGrandchild {
  HeldStdin held;
  PipedChild child = start();
  PipedChild start() const {
    spawn::Options leaves = options("ch05_left");
    leaves.slots = {held.slot()};
    return start_it(leaves);
  }
  /// Ends the grandchild, and waits until it has let go.
  ~WithGrandchild() {
    held.close();
    EXPECT_EQ(*read_all(child.output.get()), "");
  }
};

TEST(Communicate, AGrandchildThatHoldsTheStreamsIsNotWaitedForPastTheDeadline) {
  const Waiting waiting("a child that left a grandchild");
  WithGrandchild it;
  std::string output;
  for (std::optional<spawn::ExitStatus> status; !status;) {  // however long it takes to start
    const Communicated said =
        communicate(it.child, {}, {.deadline = Deadline::after(Milliseconds(20))});
    ASSERT_EQ(said.stop, Stop::deadline);
    output += said.output;
    status = said.status;
  }
  EXPECT_EQ(output, "left\n");
}

TEST(Communicate, AfterTheExitAGrandchildIsWaitedForOnlyAsLongAsAsked) {
  for (const int span : {0, 10}) {
    const Waiting waiting("a child that left a grandchild");
    WithGrandchild it;
    const Communicated said = communicate(it.child, {}, {.after_exit = Milliseconds(span)});
    EXPECT_EQ(said.stop, Stop::held);
    EXPECT_EQ(said.output, "left\n");  // what the child itself wrote is never lost
    ASSERT_TRUE(said.status);
    EXPECT_TRUE(said.status->success());
    EXPECT_TRUE(it.child.output);
  }
}

TEST(Communicate, AfterTheExitOfAnOrdinaryChildNothingIsMissing) {
  for (int again = 0; again < (kWindows ? 2 : 5); ++again) {
    const Communicated said =
        talk(probe({"flood", "300000"}), "unread", {.after_exit = Milliseconds(0)});
    EXPECT_EQ(said.stop, Stop::ended);
    EXPECT_TRUE(said.output == flood(300'000)) << said.output.size();
    EXPECT_TRUE(said.status->success());
  }
}

}  // namespace
}  // namespace proclab::pipes
