// tests/ch02 · BlockingWriter: all of it arrives, or an error says why, and nobody is killed.
#include "chapters/ch02_stdio/writer.h"

#include <csignal>
#include <functional>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>

#include "chapters/ch02_stdio/open_description_posix.h"
#include "chapters/ch02_stdio/stream_writer.h"
#include "tests/ch02_stdio/in_child_posix.h"
#include "tests/support/deadline.h"
#include "tests/support/storm_posix.h"

namespace proclab::stdio {
namespace {

using test::Pipe;

// Bytes that differ from place to place, so that a lost, doubled or swapped block changes the hash.
std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : text) byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return text;
}

std::string read_all(int fd) {
  std::string text;
  char block[8192];
  for (ssize_t count = 0; (count = ::read(fd, block, sizeof block)) != 0;) {
    if (count == -1 && errno != EINTR) break;
    if (count > 0) text.append(block, static_cast<std::size_t>(count));
  }
  return text;
}

bool sigpipe_pending() {
  sigset_t set;
  ::sigpending(&set);
  return sigismember(&set, SIGPIPE) == 1;
}

TEST(BlockingWriter, WritesMoreThanAPipeHolds) {
  Pipe pipe;
  const std::string sent = pattern(1'000'000);
  std::string got;
  std::thread reader([&] { got = read_all(pipe.reader.get()); });
  BlockingWriter writer(pipe.writer.get());
  const Result<bool> wrote = writer.write(sent);
  pipe.writer.close();
  reader.join();
  ASSERT_TRUE(wrote) << wrote.error().message();
  EXPECT_TRUE(*wrote);
  EXPECT_EQ(writer.accepted(), sent.size());
  EXPECT_EQ(writer.pending(), 0u);
  EXPECT_EQ(std::hash<std::string>{}(got), std::hash<std::string>{}(sent));
}

TEST(BlockingWriter, NothingToWriteIsFine) {
  const Pipe pipe;
  EXPECT_TRUE(BlockingWriter(pipe.writer.get()).write(""));
}

// Lets the writer run into a full pipe, and alarms into the sleeping writer, at the start and midway.
std::string read_slowly(int fd, std::size_t size) {
  std::string got;
  char block[50'000];
  for (ssize_t count = 1; count != 0;) {
    if (got.empty() || (got.size() < size / 2 + sizeof block && got.size() > size / 2)) {
      test::Storm::outwait(20);
    }
    count = ::read(fd, block, sizeof block);
    if (count > 0) got.append(block, static_cast<std::size_t>(count));
  }
  return got;
}

std::string through_a_pipe_under_alarms(const std::string& sent, bool stream) {
  const test::Waiting waiting("8 MiB to pass a pipe under 1 kHz of SIGALRM", Milliseconds(60'000));
  Pipe pipe;
  std::string got;
  sigset_t alarm;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  ::pthread_sigmask(SIG_BLOCK, &alarm, nullptr);  // inherited: the alarms shall hit the writer
  std::thread reader([&] { got = read_slowly(pipe.reader.get(), sent.size()); });
  ::pthread_sigmask(SIG_UNBLOCK, &alarm, nullptr);
  {
    const test::Storm storm;
    if (stream) {
      Result<StreamWriter> writer = StreamWriter::open(pipe.writer.get());
      EXPECT_TRUE(writer && writer->write(sent));
      const Result<bool> empty = writer->flush(Deadline::never());
      EXPECT_TRUE(empty && *empty);
    } else {
      EXPECT_TRUE(BlockingWriter(pipe.writer.get()).write(sent));
    }
    pipe.writer.close();
    reader.join();
    EXPECT_GE(test::Storm::count(), 20);
  }
  return got;
}

TEST(BlockingWriter, SignalsAtBadMomentsLoseNothing) {
  const std::string sent = pattern(8 << 20);
  EXPECT_EQ(std::hash<std::string>{}(through_a_pipe_under_alarms(sent, false)),
            std::hash<std::string>{}(sent));
}

TEST(StreamWriter, SignalsAtBadMomentsLoseNothing) {
  const std::string sent = pattern(8 << 20);
  EXPECT_EQ(std::hash<std::string>{}(through_a_pipe_under_alarms(sent, true)),
            std::hash<std::string>{}(sent));
}

TEST(WriteCall, SignalCutsABlockedWriteShort) {
  const Pipe pipe;
  const test::Storm storm;
  const std::string sent(1'000'000, 'x');
  // Nobody reads: the call sleeps on the full pipe, and an alarm ends it with a part.
  const ssize_t part = ::write(pipe.writer.get(), sent.data(), sent.size());
  EXPECT_GT(part, 0);
  EXPECT_LT(part, 1'000'000);
  EXPECT_EQ(::write(pipe.writer.get(), sent.data(), sent.size()), -1);  // and now with nothing
  EXPECT_EQ(errno, EINTR);
}

TEST(BlockingWriter, WaitsWhereSomebodyElseSetNonblock) {
  Pipe pipe;
  const Handle other(::dup(pipe.writer.get()));
  ASSERT_TRUE(set_nonblocking(other.get(), true));
  const std::string sent = pattern(300'000);
  std::string got;
  std::thread reader([&] { got = read_all(pipe.reader.get()); });
  {
    const Handle writer_end = std::move(pipe.writer);
    const Result<bool> wrote = BlockingWriter(writer_end.get()).write(sent);
    EXPECT_TRUE(wrote) << wrote.error().message();
    EXPECT_TRUE(*nonblocking(writer_end.get()));  // and left the other's flag alone
    Handle(::fcntl(other.get(), F_DUPFD_CLOEXEC, 3)).close();
  }
  const_cast<Handle&>(other).close();
  reader.join();
  EXPECT_EQ(got, sent);
}

TEST(BlockingWriter, NobodyReadsIsAnErrorAndNoDeath) {
  Pipe pipe;
  pipe.reader.close();
  ASSERT_EQ(::signal(SIGPIPE, SIG_DFL), SIG_DFL);
  BlockingWriter writer(pipe.writer.get());
  const Result<bool> wrote = writer.write("hello");
  ASSERT_FALSE(wrote);
  EXPECT_EQ(wrote.error().code, std::errc::broken_pipe);
  EXPECT_EQ(writer.accepted(), 0u);
  EXPECT_FALSE(sigpipe_pending());
}

TEST(BlockingWriter, WorksWhereSigpipeIsIgnored) {
  EXPECT_EQ(test::code_in_child([] {
              ::signal(SIGPIPE, SIG_IGN);
              Pipe pipe;
              pipe.reader.close();
              const Result<bool> wrote = BlockingWriter(pipe.writer.get()).write("hello");
              return !wrote && wrote.error().code == std::errc::broken_pipe ? 0 : 1;
            }),
            0);
}

TEST(BlockingWriter, LeavesASigpipeAloneThatWasPendingBefore) {
  EXPECT_EQ(test::code_in_child([] {
              sigset_t set;
              sigemptyset(&set);
              sigaddset(&set, SIGPIPE);
              ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
              ::raise(SIGPIPE);
              Pipe pipe;
              pipe.reader.close();
              const Result<bool> wrote = BlockingWriter(pipe.writer.get()).write("hello");
              return !wrote && sigpipe_pending() ? 0 : 1;
            }),
            0);
}

TEST(WriteCall, NobodyReadsKillsByDefault) {
  const int status = test::in_child([] {
    Pipe pipe;
    pipe.reader.close();
    return ::write(pipe.writer.get(), "hello", 5) == 5 ? 0 : 1;
  });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
}

TEST(BlockingWriter, ReaderThatDiesMidwayIsAnError) {
  const test::Waiting waiting("a writer whose reader dies midway");
  Pipe pipe;
  const pid_t child = ::fork();
  if (child == 0) {
    pipe.writer.close();
    char byte = 0;
    for (int i = 0; i < 100'000; ++i) (void)!::read(pipe.reader.get(), &byte, 1);
    ::_exit(0);
  }
  pipe.reader.close();
  BlockingWriter writer(pipe.writer.get());
  const Result<bool> wrote = writer.write(std::string(1'000'000, 'x'));
  ::waitpid(child, nullptr, 0);
  ASSERT_FALSE(wrote);
  EXPECT_EQ(wrote.error().code, std::errc::broken_pipe);
  EXPECT_GE(writer.accepted(), 100'000u);  // what was accepted need not have been read
  EXPECT_LT(writer.accepted(), 1'000'000u);
}

TEST(BlockingWriter, ClosedDescriptorIsAnError) {
  int number = 0;
  {
    const Pipe pipe;
    number = pipe.writer.get();
  }
  const Result<bool> wrote = BlockingWriter(number).write("hello");
  ASSERT_FALSE(wrote);
  EXPECT_EQ(wrote.error().code, std::errc::bad_file_descriptor);
}

// A file that may grow to 1,000 bytes and no further. The code says which of the claims is wrong.
int write_beyond_the_limit() {
  const struct rlimit small = {1000, 1000};
  char path[] = "/tmp/ch02_limit.XXXXXX";
  const Handle file(::mkstemp(path));
  ::unlink(path);
  if (!file || ::setrlimit(RLIMIT_FSIZE, &small) == -1) return 1;
  BlockingWriter writer(file.get());
  const Result<bool> wrote = writer.write(std::string(1500, 'x'));
  if (wrote || wrote.error().code != std::errc::file_too_large) return 2;
  return writer.accepted() == 1000 ? 0 : 3;
}

TEST(BlockingWriter, FileSizeLimitIsAnErrorAndNoDeath) {
  EXPECT_EQ(test::code_in_child(write_beyond_the_limit), 0);
}

TEST(WriteCall, FileSizeLimitKillsByDefault) {
  const int status = test::in_child([] {
    const struct rlimit none = {0, 0};
    char path[] = "/tmp/ch02_limit.XXXXXX";
    const Handle file(::mkstemp(path));
    ::unlink(path);
    const struct rlimit no_core = {0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::setrlimit(RLIMIT_FSIZE, &none);
    return ::write(file.get(), "x", 1) == 1 ? 0 : 1;
  });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ);
}

}  // namespace
}  // namespace proclab::stdio
