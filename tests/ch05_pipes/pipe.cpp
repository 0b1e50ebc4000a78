// tests/ch05 · Pipe: bytes in order, an end when the last writer is gone, and no stray copies.
#include "chapters/ch05_pipes/pipe.h"

#include <gtest/gtest.h>

#include <thread>

#include "chapters/ch02_stdio/writer.h"
#include "tests/ch05_pipes/children.h"
#include "tests/support/deadline.h"

namespace proclab::pipes {
namespace {

using stdio::BlockingWriter;
using test::Waiting;

TEST(Pipe, KeepsBytesAndNotMessages) {
  const Waiting waiting("two short texts");
  Pipe pipe = *make_pipe();
  ASSERT_TRUE(BlockingWriter(pipe.write.get()).write("one "));
  ASSERT_TRUE(BlockingWriter(pipe.write.get()).write("two"));
  EXPECT_EQ(*unread(pipe.read.get()), 7U);
  char room[16];
  EXPECT_EQ(*read_some(pipe.read.get(), room, 2), 2U);  // a reader need not take what was written
  EXPECT_EQ(std::string(room, 2), "on");
  pipe.write.close();
  EXPECT_EQ(*read_all(pipe.read.get()), "e two");
}

TEST(Pipe, WhatWasWrittenOutlivesItsWriter) {
  const Waiting waiting("what is left in the pipe");
  Pipe pipe = *make_pipe();
  ASSERT_TRUE(BlockingWriter(pipe.write.get()).write("left behind"));
  pipe.write.close();
  EXPECT_EQ(*read_all(pipe.read.get()), "left behind");
  char room[8];
  for (int again = 0; again < 3; ++again) EXPECT_EQ(*read_some(pipe.read.get(), room, 8), 0U);
  EXPECT_EQ(*unread(pipe.read.get()), 0U);
}

TEST(Pipe, NobodyReadsIsAnErrorOfTheWriter) {
  Pipe pipe = *make_pipe();
  pipe.read.close();
  const Result<bool> wrote = BlockingWriter(pipe.write.get()).write("hello?");
  ASSERT_FALSE(wrote);
  EXPECT_EQ(wrote.error().code, std::errc::broken_pipe);
}

TEST(Pipe, EndsOnlyWhenEveryCopyOfTheWriteEndIsClosed) {
  const Waiting waiting("a child that holds the write end");
  Pipe pipe = *make_pipe();
  HeldStdin held;
  spawn::Options child = probe({"stdin-eof"});
  child.slots = {held.slot(), spawn::Slot::from(1, pipe.write.get())};
  Result<spawn::Process> holder = spawn::start(child);
  ASSERT_TRUE(holder);
  pipe.write.close();
  std::string got = "not yet";
  std::thread reader([&] { got = *read_all(pipe.read.get()); });
  EXPECT_TRUE(holder->kill(0));  // it still runs, and so the reader still waits
  held.close();
  reader.join();
  EXPECT_EQ(got, "");
  EXPECT_TRUE(holder->wait()->success());
}

class PipeFor : public testing::TestWithParam<Async> {};
std::string name_of(const testing::TestParamInfo<Async>& ends) {
  constexpr const char* kNames[] = {"none", "read", "write", "both"};
  return kNames[static_cast<int>(ends.param)];
}
INSTANTIATE_TEST_SUITE_P(Ends, PipeFor,
                         testing::Values(Async::none, Async::read, Async::write, Async::both),
                         name_of);

TEST_P(PipeFor, CarriesMoreThanItHolds) {
  const Waiting waiting("half a megabyte");
  Pipe pipe = *make_pipe(GetParam());
  const std::string sent = pattern(500'000);
  std::string got;
  std::thread reader([&] { got = *read_all(pipe.read.get()); });
  EXPECT_TRUE(BlockingWriter(pipe.write.get()).write(sent));
  pipe.write.close();
  reader.join();
  EXPECT_TRUE(got == sent);
}

TEST_P(PipeFor, NoChildGetsItsEnds) {
  const Waiting waiting("the end of a pipe that no child has");
  Pipe pipe = *make_pipe(GetParam());
  HeldStdin held;
  spawn::Options child = probe({"stdin-eof"});
  child.slots = {held.slot()};
  Result<spawn::Process> stranger = spawn::start(child);
  ASSERT_TRUE(stranger);
  pipe.write.close();
  EXPECT_EQ(*read_all(pipe.read.get()), "");  // though the child still runs
  EXPECT_TRUE(stranger->kill(0));
  held.close();
  EXPECT_TRUE(stranger->wait()->success());
}

TEST(Capacity, IsAtLeastWhatWasAskedFor) {
  const Result<Pipe> plain = make_pipe();
  const Result<std::size_t> usual = capacity(plain->read.get());
  if (!usual && usual.error().code == std::errc::not_supported) {
    GTEST_SKIP() << usual.error().message();
  }
  ASSERT_TRUE(usual) << usual.error().message();
  EXPECT_GT(*usual, 0U);
  EXPECT_EQ(*capacity(plain->write.get()), *usual);
  for (const Async ends : {Async::none, Async::read, Async::write}) {
    const Result<Pipe> large = make_pipe(ends, 200'000);
    ASSERT_TRUE(large) << large.error().message();
    EXPECT_GE(*capacity(large->write.get()), 200'000U);
  }
}

TEST(Capacity, CanBeChangedOrSaysThatItCannot) {
  const Result<Pipe> pipe = make_pipe();
  const Result<std::size_t> changed = set_capacity(pipe->write.get(), 100'000);
  if (changed) {
    EXPECT_GE(*changed, 100'000U);
    EXPECT_EQ(*capacity(pipe->read.get()), *changed);
  } else {
    EXPECT_EQ(changed.error().code, std::errc::not_supported);
  }
}

TEST(ReadSome, OfWhatIsNotOpenIsAnError) {
  char room[8];
  EXPECT_EQ(read_some(kNoHandle, room, sizeof room).error().code, std::errc::bad_file_descriptor);
  EXPECT_EQ(unread(kNoHandle).error().code, std::errc::bad_file_descriptor);
  EXPECT_FALSE(read_all(kNoHandle));
}

}  // namespace
}  // namespace proclab::pipes
