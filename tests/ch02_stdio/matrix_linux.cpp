// tests/ch02 · Node's table, measured: kind of stream x writer, the reader comes late.
#include <string>

#include <gtest/gtest.h>

#include "chapters/ch02_stdio/late_reader.h"
#include "tests/support/run.h"

namespace proclab::stdio {
namespace {

LateReading read_late(Channel channel, const std::string& how, bool drain = false) {
  std::vector<std::string> writer = {test::program("ch02_matrix"), "--write", how};
  if (drain) writer.push_back("--drain");
  const Result<LateReading> seen = late_reader(channel, writer);
  EXPECT_TRUE(seen) << seen.error().message();
  return seen ? *seen : LateReading{};
}

TEST(Matrix, BlockingWriterLosesNothingAnywhere) {
  for (const Channel channel :
       {Channel::file, Channel::tty, Channel::pipe, Channel::socket_pair, Channel::tcp}) {
    const LateReading seen = read_late(channel, "blocking");
    EXPECT_EQ(seen.waited, channel != Channel::file) << to_string(channel);
    EXPECT_EQ(seen.taken, kMegabyte) << to_string(channel);
    EXPECT_EQ(seen.arrived, kMegabyte) << to_string(channel);
  }
}

TEST(Matrix, StreamWriterIsSynchronousOnFilesAndTerminals) {
  for (const Channel channel : {Channel::file, Channel::tty}) {
    const LateReading seen = read_late(channel, "stream");
    EXPECT_EQ(seen.waited, channel == Channel::tty) << to_string(channel);
    EXPECT_EQ(seen.kept, 0u) << to_string(channel);
    EXPECT_EQ(seen.arrived, kMegabyte) << to_string(channel);
  }
}

TEST(Matrix, StreamWriterLosesOnPipesAndSockets) {
  for (const Channel channel : {Channel::pipe, Channel::socket_pair, Channel::tcp}) {
    const LateReading seen = read_late(channel, "stream");
    EXPECT_FALSE(seen.waited) << to_string(channel);
    EXPECT_GT(seen.kept, 0u) << to_string(channel);
    EXPECT_EQ(seen.taken + seen.kept, kMegabyte) << to_string(channel);
    EXPECT_EQ(seen.arrived, seen.taken) << to_string(channel);
  }
}

TEST(Matrix, DrainingBeforeTheEndLosesNothing) {
  for (const Channel channel : {Channel::pipe, Channel::socket_pair, Channel::tcp}) {
    const LateReading seen = read_late(channel, "stream", true);
    EXPECT_TRUE(seen.waited) << to_string(channel);
    EXPECT_EQ(seen.arrived, kMegabyte) << to_string(channel);
  }
}

TEST(LateReader, WriterThatCannotStartIsAnError) {
  const Result<LateReading> seen = late_reader(Channel::pipe, {"/no/such/program"});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, std::errc::protocol_error);
}

}  // namespace
}  // namespace proclab::stdio
