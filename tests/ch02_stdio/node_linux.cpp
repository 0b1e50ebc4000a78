// tests/ch02 · four old claims about process.stdout, put to the Node that is installed.
//
// The scripts beside this file run under `node` from PATH; written for 18 and later.
#include <csignal>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "chapters/ch02_stdio/channel_ends_linux.h"
#include "chapters/ch02_stdio/late_reader.h"
#include "chapters/ch02_stdio/open_description_posix.h"
#include "tests/ch02_stdio/in_child_posix.h"
#include "tests/support/deadline.h"

namespace proclab::stdio {
namespace {

using test::Pipe;

std::string script(const std::string& name) {
  return std::string(PROCLAB_SOURCE) + "/tests/ch02_stdio/" + name;
}

class NodeStdout : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("node -e '' >/dev/null 2>&1") != 0) GTEST_SKIP() << "no node in PATH";
  }
  static LateReading read_late(Channel channel, const std::string& name) {
    const Result<LateReading> seen = late_reader(channel, {"node", script(name)});
    EXPECT_TRUE(seen) << to_string(channel) << ": " << seen.error().message();
    return seen ? *seen : LateReading{};
  }
};

constexpr Channel kAll[] = {Channel::file, Channel::tty, Channel::pipe, Channel::socket_pair,
                            Channel::tcp};

bool synchronous(Channel channel) { return channel == Channel::file || channel == Channel::tty; }

// Claim 3: "synchronous on files and terminals, asynchronous on pipes and sockets".
TEST_F(NodeStdout, ExitLosesOnPipesAndSocketsOnly) {
  for (const Channel channel : kAll) {
    const LateReading seen = read_late(channel, "write_and_exit.js");
    EXPECT_EQ(seen.waited, channel == Channel::tty) << to_string(channel);
    EXPECT_EQ(seen.arrived == kMegabyte, synchronous(channel)) << to_string(channel);
    EXPECT_EQ(seen.kept == 0, synchronous(channel)) << to_string(channel);
  }
}

TEST_F(NodeStdout, AsMuchArrivesAsFromOurStreamWriter) {
  for (const Channel channel : {Channel::pipe, Channel::socket_pair}) {
    const Result<LateReading> ours =
        late_reader(channel, {std::string(PROCLAB_BIN) + "/ch02_matrix", "--write", "stream"});
    ASSERT_TRUE(ours);
    EXPECT_EQ(read_late(channel, "write_and_exit.js").arrived, ours->arrived) << to_string(channel);
  }
}

TEST_F(NodeStdout, LeavingByExitCodeLosesNothing) {
  for (const Channel channel : kAll) {
    EXPECT_EQ(read_late(channel, "write_and_leave.js").arrived, kMegabyte) << to_string(channel);
  }
}

// Claim 4: "console.log is synchronous" / "is asynchronous": it is what stdout is …
TEST_F(NodeStdout, ConsoleLogIsAsSynchronousAsItsStream) {
  for (const Channel channel : kAll) {
    const LateReading seen = read_late(channel, "log_and_exit.js");
    EXPECT_EQ(seen.arrived == kMegabyte, synchronous(channel)) << to_string(channel);
  }
}

// A Node whose stdin, stdout and stderr are what the test gives it.
pid_t start_node(const std::string& name, int in, int out, int err) {
  const std::string path = script(name);
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  for (int fd = 3; fd < 64; ++fd) ::close(fd);  // else it would hold the write end of its own stdin
  ::execlp("node", "node", path.c_str(), static_cast<char*>(nullptr));
  ::_exit(127);
}

std::string read_line(int fd) {
  std::string line;
  for (char byte = 0; ::read(fd, &byte, 1) == 1 && byte != '\n';) line += byte;
  return line;
}

// Claims 1 and 2: "end() throws", "'finish' never comes".
TEST_F(NodeStdout, EndReturnsAndFinishComes) {
  const test::Waiting waiting("node to end its stdout");
  for (const Channel channel : {Channel::file, Channel::tty, Channel::pipe}) {
    Result<ChannelEnds> ends = make_channel(channel);
    ASSERT_TRUE(ends);
    const Pipe in, err;
    const pid_t node = start_node("end.js", in.reader.get(), ends->writer.get(), err.writer.get());
    EXPECT_EQ(read_line(err.reader.get()), "returned finish open") << to_string(channel);
    EXPECT_EQ(::waitpid(node, nullptr, 0), node);
  }
}

// … and, whatever the stream is, it formats at once.
TEST_F(NodeStdout, ConsoleLogTakesASnapshot) {
  const test::Waiting waiting("node to log");
  const Pipe in, out;
  const pid_t node = start_node("log_then_count.js", in.reader.get(), out.writer.get(), 2);
  EXPECT_EQ(read_line(out.reader.get()), "{ index: 1 }");
  EXPECT_EQ(::waitpid(node, nullptr, 0), node);
}

TEST_F(NodeStdout, SetsNonblockOnTheSharedDescriptionAndRestoresItAtExit) {
  const test::Waiting waiting("node to use its stdout");
  Pipe in;
  const Pipe out, err;
  const pid_t node = start_node("flag.js", in.reader.get(), out.writer.get(), err.writer.get());
  ASSERT_EQ(read_line(err.reader.get()), "ready");
  EXPECT_TRUE(*nonblocking(out.writer.get()));  // ours: the parent's
  in.writer.close();
  EXPECT_EQ(::waitpid(node, nullptr, 0), node);
  EXPECT_FALSE(*nonblocking(out.writer.get()));
}

TEST_F(NodeStdout, KilledLeavesNonblockBehind) {
  const test::Waiting waiting("node to use its stdout");
  const Pipe in, out, err;
  const pid_t node = start_node("flag.js", in.reader.get(), out.writer.get(), err.writer.get());
  ASSERT_EQ(read_line(err.reader.get()), "ready");
  ASSERT_EQ(::kill(node, SIGKILL), 0);
  EXPECT_EQ(::waitpid(node, nullptr, 0), node);
  EXPECT_TRUE(*nonblocking(out.writer.get()));
}

TEST_F(NodeStdout, TerminalsFlagStaysClear) {
  const test::Waiting waiting("node to use its terminal");
  Result<ChannelEnds> ends = make_channel(Channel::tty);
  ASSERT_TRUE(ends);
  Pipe in;
  const Pipe err;
  const pid_t node = start_node("flag.js", in.reader.get(), ends->writer.get(), err.writer.get());
  ASSERT_EQ(read_line(err.reader.get()), "ready");
  EXPECT_FALSE(*nonblocking(ends->writer.get()));
  in.writer.close();
  EXPECT_EQ(::waitpid(node, nullptr, 0), node);
}

}  // namespace
}  // namespace proclab::stdio
