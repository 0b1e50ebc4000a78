// tests/ch04 · the child's report: what comes in pieces is still one report, and a part of one must
// not pass for success.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include <sys/ioctl.h>

#include "chapters/ch04_spawn/launch_posix.h"
#include "tests/ch04_spawn/capture.h"
#include "tests/support/deadline.h"

namespace proclab::spawn {
namespace {

using test::Waiting;

constexpr ChildFailure kFailure{Step::chdir, ENOENT};

std::string bytes_of(const ChildFailure& failure) {
  std::string text(sizeof failure, '\0');
  std::memcpy(text.data(), &failure, sizeof failure);
  return text;
}

int bytes_in(const Handle& read_end) {
  int count = 0;
  EXPECT_EQ(::ioctl(read_end.get(), FIONREAD, &count), 0);
  return count;
}

TEST(Report, NothingMeansThatItHasStarted) {
  PipeEnds pipe = make_pipe();
  pipe.write.close();
  ChildFailure failure{};
  EXPECT_EQ(read_report(pipe.read.get(), failure).value(), 0U);
}

TEST(Report, PiecesOfAnySizeAreOneReport) {
  const Waiting waiting("a report in pieces");
  const std::string text = bytes_of(kFailure);
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    PipeEnds pipe = make_pipe();
    std::thread writer([&] {
      for (std::size_t at = 0; at < text.size(); at += piece) {
        feed(pipe.write, text.substr(at, piece));
        // The next only when this one is out of the pipe, so that no read gets both.
        while (bytes_in(pipe.read) > 0) {
        }
      }
      pipe.write.close();
    });
    ChildFailure failure{};
    EXPECT_EQ(read_report(pipe.read.get(), failure).value(), sizeof failure);
    writer.join();
    EXPECT_EQ(failure.step, kFailure.step);
    EXPECT_EQ(failure.error, kFailure.error);
  }
}

TEST(Report, APartIsNeitherSuccessNorAReport) {
  for (std::size_t size = 1; size < sizeof kFailure; ++size) {
    PipeEnds pipe = make_pipe();
    feed(pipe.write, bytes_of(kFailure).substr(0, size));
    pipe.write.close();
    ChildFailure failure{};
    EXPECT_EQ(read_report(pipe.read.get(), failure).value(), size);
  }
}

TEST(Report, APipeThatCannotBeReadIsAnError) {
  PipeEnds pipe = make_pipe();
  ChildFailure failure{};
  const Result<std::size_t> size = read_report(pipe.write.get(), failure);
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().code, std::errc::bad_file_descriptor);
}

TEST(Report, EveryStepHasTheNameOfItsCall) {
  for (int step = 0; step <= static_cast<int>(Step::execve); ++step) {
    EXPECT_STRNE(step_name(static_cast<Step>(step)), "child") << step;
  }
}

}  // namespace
}  // namespace proclab::spawn
