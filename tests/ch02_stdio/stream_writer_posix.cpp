// tests/ch02 · StreamWriter: takes what fits at once, keeps the rest in order, and loses it at the end.
#include "chapters/ch02_stdio/stream_writer.h"

#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "chapters/ch02_stdio/open_description_posix.h"
#include "tests/ch02_stdio/in_child_posix.h"
#include "tests/support/deadline.h"

namespace proclab::stdio {
namespace {

using test::Pipe;

std::size_t in_pipe(const Pipe& pipe) {
  int count = 0;
  ::ioctl(pipe.reader.get(), FIONREAD, &count);
  return static_cast<std::size_t>(count);
}

std::string read_some(const Handle& from, std::size_t size) {
  std::string text(size, '\0');
  const ssize_t count = ::read(from.get(), text.data(), size);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

TEST(StreamWriter, TakesWhatFitsAndKeepsTheRest) {
  const Pipe pipe;
  Result<StreamWriter> writer = StreamWriter::open(pipe.writer.get());
  ASSERT_TRUE(writer);
  const Result<bool> wrote = writer->write(std::string(1'000'000, 'x'));
  ASSERT_TRUE(wrote);
  EXPECT_FALSE(*wrote);  // back-pressure
  EXPECT_GT(writer->accepted(), 0u);
  EXPECT_EQ(writer->accepted(), in_pipe(pipe));
  EXPECT_EQ(writer->accepted() + writer->pending(), 1'000'000u);
}

TEST(StreamWriter, HighWaterIsWhereWriteSaysStop) {
  const Pipe pipe;
  Result<StreamWriter> writer = StreamWriter::open(pipe.writer.get(), {.high_water = 100});
  ASSERT_TRUE(writer);
  while (writer->pending() == 0) ASSERT_TRUE(writer->write("x"));  // fills the pipe
  for (int kept = 2; kept < 100; ++kept) EXPECT_TRUE(*writer->write("x")) << kept;
  EXPECT_FALSE(*writer->write("x"));
  EXPECT_EQ(writer->pending(), 100u);
}

TEST(StreamWriter, KeepsTheOrder) {
  const test::Waiting waiting("a stream to be flushed");
  Pipe pipe;
  std::string sent;
  std::string got;
  {
    Result<StreamWriter> writer = StreamWriter::open(pipe.writer.get());
    ASSERT_TRUE(writer);
    for (int i = 0; i < 50'000; ++i) {
      const std::string line = std::to_string(i) + "\n";
      sent += line;
      ASSERT_TRUE(writer->write(line));
      // Some room in between: a later write must not use it before what is kept.
      if (i % 1000 == 999) got += read_some(pipe.reader, 3000);
    }
    std::thread reader([&] {
      for (std::string part; !(part = read_some(pipe.reader, 65536)).empty();) got += part;
    });
    const Result<bool> empty = writer->flush(Deadline::never());
    EXPECT_TRUE(empty && *empty);
    EXPECT_EQ(writer->pending(), 0u);
    EXPECT_EQ(writer->accepted(), sent.size());
    pipe.writer.close();
    reader.join();
  }
  EXPECT_EQ(got, sent);
}

TEST(StreamWriter, FlushGivesUpAtTheDeadline) {
  const Pipe pipe;
  Result<StreamWriter> writer = StreamWriter::open(pipe.writer.get());
  ASSERT_TRUE(writer && writer->write(std::string(1'000'000, 'x')));
  const Result<bool> at_once = writer->flush(Deadline::after(Milliseconds(0)));
  ASSERT_TRUE(at_once);
  EXPECT_FALSE(*at_once);
  const Result<bool> later = writer->flush(Deadline::after(Milliseconds(20)));
  ASSERT_TRUE(later);
  EXPECT_FALSE(*later);
}

TEST(StreamWriter, DropsWhatIsPendingAtItsEnd) {
  Pipe pipe;
  std::size_t accepted = 0;
  {
    Result<StreamWriter> writer = StreamWriter::open(pipe.writer.get());
    ASSERT_TRUE(writer && writer->write(std::string(1'000'000, 'x')));
    accepted = writer->accepted();
  }
  pipe.writer.close();
  std::size_t got = 0;
  for (std::string part; !(part = read_some(pipe.reader, 65536)).empty();) got += part.size();
  EXPECT_EQ(got, accepted);
  EXPECT_LT(got, 1'000'000u);
}

TEST(StreamWriter, RestoresTheFlagItSet) {
  const Pipe pipe;
  {
    const Result<StreamWriter> writer = StreamWriter::open(pipe.writer.get());
    ASSERT_TRUE(writer);
    EXPECT_TRUE(*nonblocking(pipe.writer.get()));
  }
  EXPECT_FALSE(*nonblocking(pipe.writer.get()));
}

TEST(StreamWriter, LeavesAFlagThatWasSetBefore) {
  const Pipe pipe;
  ASSERT_TRUE(set_nonblocking(pipe.writer.get(), true));
  { ASSERT_TRUE(StreamWriter::open(pipe.writer.get())); }
  EXPECT_TRUE(*nonblocking(pipe.writer.get()));
}

TEST(StreamWriter, MovedOverAnotherRestoresThatOnesFlag) {
  const Pipe one, two;
  Result<StreamWriter> a = StreamWriter::open(one.writer.get());
  ASSERT_TRUE(a);
  {
    Result<StreamWriter> b = StreamWriter::open(two.writer.get());
    ASSERT_TRUE(b);
    *a = std::move(*b);
  }
  EXPECT_FALSE(*nonblocking(one.writer.get()));
  EXPECT_TRUE(*nonblocking(two.writer.get()));
  EXPECT_TRUE(a->write("x"));
  EXPECT_EQ(in_pipe(two), 1u);
}

TEST(StreamWriter, FileIsWrittenSynchronously) {
  char path[] = "/tmp/ch02_file.XXXXXX";
  const Handle file(::mkstemp(path));
  ASSERT_TRUE(file);
  ::unlink(path);
  Result<StreamWriter> writer = StreamWriter::open(file.get());
  ASSERT_TRUE(writer);
  const Result<bool> wrote = writer->write(std::string(3'000'000, 'x'));
  EXPECT_TRUE(wrote && *wrote);
  EXPECT_EQ(writer->pending(), 0u);
  EXPECT_EQ(writer->accepted(), 3'000'000u);
  EXPECT_FALSE(*nonblocking(file.get()));
}

TEST(StreamWriter, TerminalsFlagStaysClear) {
  const Handle master(::posix_openpt(O_RDWR | O_NOCTTY));
  ASSERT_TRUE(master && ::grantpt(master.get()) == 0 && ::unlockpt(master.get()) == 0);
  const Handle slave(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY));
  ASSERT_TRUE(slave);
  Result<StreamWriter> writer = StreamWriter::open(slave.get());
  ASSERT_TRUE(writer);
  EXPECT_FALSE(*nonblocking(slave.get()));
  EXPECT_TRUE(writer->write("hello"));
  EXPECT_EQ(writer->accepted(), 5u);
}

TEST(StreamWriter, AnErrorIsItsEnd) {
  Pipe pipe;
  Result<StreamWriter> writer = StreamWriter::open(pipe.writer.get());
  ASSERT_TRUE(writer && writer->write(std::string(1'000'000, 'x')));
  pipe.reader.close();
  const Result<bool> flushed = writer->flush(Deadline::never());
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().code, std::errc::broken_pipe);
  EXPECT_EQ(writer->pending(), 0u);
  const Result<bool> again = writer->write("x");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, std::errc::broken_pipe);
}

TEST(StreamWriter, ClosedDescriptorIsAnError) {
  const Result<StreamWriter> writer = StreamWriter::open(kNoHandle);
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, std::errc::bad_file_descriptor);
}

TEST(OpenDescription, FlagIsSharedWithDupAndFork) {
  const Pipe pipe;
  const Handle copy(::dup(pipe.writer.get()));
  ASSERT_TRUE(set_nonblocking(copy.get(), true));
  EXPECT_TRUE(*nonblocking(pipe.writer.get()));
  ASSERT_EQ(test::code_in_child([&] { return set_nonblocking(pipe.writer.get(), false) ? 0 : 1; }),
            0);
  EXPECT_FALSE(*nonblocking(pipe.writer.get()));  // a child's change, after the child's end
}

TEST(OpenDescription, SetNonblockingSaysWhatItWas) {
  const Pipe pipe;
  EXPECT_FALSE(*set_nonblocking(pipe.writer.get(), true));
  EXPECT_TRUE(*set_nonblocking(pipe.writer.get(), true));
  EXPECT_TRUE(*set_nonblocking(pipe.writer.get(), false));
  const Result<bool> closed = set_nonblocking(kNoHandle, true);
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code, std::errc::bad_file_descriptor);
}

}  // namespace
}  // namespace proclab::stdio
