// tests/ch05 · EINTR at every call: a signal a millisecond changes nothing but the time.
#include <gtest/gtest.h>

#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chapters/ch02_stdio/writer.h"
#include "chapters/ch05_pipes/communicate.h"
#include "chapters/ch05_pipes/pipeline.h"
#include "chapters/ch05_pipes/redirect.h"
#include "tests/ch05_pipes/children.h"
#include "tests/support/deadline.h"
#include "tests/support/storm_posix.h"

namespace proclab::pipes {
namespace {

using test::Storm;
using test::Waiting;

TEST(Interrupted, ABareReadIsNotFinished) {
  const Waiting waiting("a signal that interrupts a read");
  const Pipe pipe = *make_pipe();
  const Storm storm;
  char byte;
  EXPECT_EQ(::read(pipe.read.get(), &byte, 1), -1);  // the negative control: it does interrupt
  EXPECT_EQ(errno, EINTR);
}

TEST(Interrupted, ReadingGoesOn) {
  for (const Async ends : {Async::none, Async::read}) {
    const Waiting waiting("a writer that waits for 50 signals");
    Pipe pipe = *make_pipe(ends);
    std::thread writer([&] {
      Storm::quiet();
      Storm::outwait(50);
      EXPECT_TRUE(stdio::BlockingWriter(pipe.write.get()).write("late"));
      pipe.write.close();
    });
    const Storm storm;
    EXPECT_EQ(*read_all(pipe.read.get()), "late");
    writer.join();
  }
}

TEST(Interrupted, OpeningAFifoWaitsForItsPartner) {
  const Waiting waiting("the other end of a FIFO");
  const std::string name = "/tmp/ch05.fifo." + std::to_string(::getpid());
  ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
  std::thread partner([&] {
    Storm::quiet();
    Storm::outwait(50);
    EXPECT_TRUE(open_file(name, Redirect::truncate));
  });
  {
    const Storm storm;
    EXPECT_TRUE(open_file(name, Redirect::read));
    partner.join();
  }
  ::unlink(name.c_str());
}

TEST(Interrupted, APipelineIsStartedAndBuried) {
  const Waiting waiting("a pipeline under signals");
  const Storm storm;
  for (int again = 0; again < 6; ++again) {
    HeldStdin held;
    std::vector<Stage> all = {{probe({"cat"})}, {probe({"cat"})}, {probe({"exit", "3"})}};
    all[0].program.slots = {held.slot()};
    Pipeline pipeline = start_pipeline(all);
    held.close();
    const PipeStatus status = pipeline.wait();
    EXPECT_EQ(shell_code(status, true), 3);
    for (const auto& end : status) EXPECT_TRUE(end);
  }
  EXPECT_GT(Storm::count(), 0);
}

TEST(Interrupted, ADeadlineIsNeitherShortenedNorForgotten) {
  const Waiting waiting("a deadline under signals");
  HeldStdin held;
  spawn::Options options = probe({"stdin-eof"});
  options.slots = {held.slot()};
  Result<PipedChild> child = start_piped(options);
  ASSERT_TRUE(child);
  const Storm storm;
  const auto begin = Clock::now();
  EXPECT_EQ(communicate(*child, {}, {.deadline = Deadline::after(Milliseconds(100))}).stop,
            Stop::deadline);
  EXPECT_GE(Clock::now() - begin, Milliseconds(100));  // never early; how late is not asserted
  held.close();
  EXPECT_EQ(communicate(*child, {}).stop, Stop::ended);
}

TEST(Interrupted, AHereStringIsWhole) {
  const Storm storm;
  const std::string sent = pattern(10'000'000);
  const Result<Handle> text = here_string(sent);
  ASSERT_TRUE(text);
  EXPECT_TRUE(*read_all(text->get()) == sent);
}

// The whole of the chapter in one: 64 MiB each way, stderr as full as stdout, a signal a
// millisecond.
TEST(Interrupted, SixtyFourMebibytesEachWayWithStderrFull) {
  const Waiting waiting("64 MiB through a child", Milliseconds(60'000));
  const std::string sent = pattern(64 << 20);
  Result<PipedChild> child = start_piped(options("ch05_loud"));
  ASSERT_TRUE(child) << child.error().message();
  const Storm storm;
  const Communicated said = communicate(*child, sent);
  EXPECT_EQ(said.stop, Stop::ended);
  EXPECT_EQ(said.fed, sent.size());
  const std::hash<std::string> hash;
  EXPECT_EQ(hash(said.output), hash(sent));
  EXPECT_EQ(hash(said.errors), hash(sent));
  EXPECT_TRUE(said.output == sent && said.errors == sent);  // a hash alone may err
  ASSERT_TRUE(said.status);
  EXPECT_TRUE(said.status->success());
  EXPECT_GT(Storm::count(), 10);
}

}  // namespace
}  // namespace proclab::pipes
