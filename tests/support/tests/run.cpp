// tests/support · run() on both systems, with the probe as its patient.
#include "tests/support/run.h"

#include <thread>

#include <gtest/gtest.h>

#include "tests/support/deadline.h"
#include "tests/support/gate.h"

namespace proclab::test {
namespace {

TEST(Run, BringsBackOutputAndExitCode) {
  const Ran ran = run({program("probe"), "echo", "hello", "world"});
  EXPECT_EQ(ran.out, "hello world\n");
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(run({program("probe"), "exit", "37"}).code, 37);
}

TEST(Run, FeedsAndDrainsMoreThanAnyPipeHolds) {
  RunOptions options;
  for (unsigned i = 0; i < 4'000'000; ++i) options.input += static_cast<char>(i * 7919 >> 8);
  const Ran ran = run({program("probe"), "cat"}, options);
  EXPECT_TRUE(ran.out == options.input) << ran.out.size() << ran.err;
  EXPECT_EQ(ran.code, 0);
}

TEST(Run, DrainsStderrToo) {
  const Ran ran = run({program("probe"), "flood", "1000000", "--stderr"});
  EXPECT_EQ(ran.err.size(), 1'000'000u);
  EXPECT_EQ(ran.err.substr(60, 8), "012\n4567");
  EXPECT_EQ(ran.out, "");
}

TEST(Run, SurvivesAChildThatDoesNotReadItsInput) {
  RunOptions options;
  options.input.assign(1'000'000, 'x');
  EXPECT_EQ(run({program("probe"), "exit", "3"}, options).code, 3);
}

TEST(Run, SaysWhyAProgramCannotBeStarted) {
  const Ran ran = run({program("no-such-program")});
  EXPECT_EQ(ran.code, 127);
  EXPECT_NE(ran.err.find("no-such-program"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find(kWindows ? "CreateProcessW" : "execve: No such file"), std::string::npos)
      << ran.err;
}

TEST(Run, KillsAtTheDeadlineAndSaysWhom) {
  Gate gate;
  RunOptions options;
  options.deadline = Milliseconds(200);
  options.inherit = {gate.waiter()};
  const Ran ran = run({program("probe"), "gate", to_text(gate.waiter())}, options);
  EXPECT_TRUE(ran.timed_out);
  EXPECT_EQ(ran.code, -1);
  EXPECT_NE(ran.err.find("waited 200 ms for "), std::string::npos) << ran.err;
}

TEST(Run, WaitsForTheChildNotForAGrandchildWithItsPipe) {
  Gate gate;
  RunOptions options;
  options.inherit = {gate.waiter()};
  const Ran ran = run({program("probe"), "grandchild", to_text(gate.waiter())}, options);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_FALSE(ran.timed_out);
  EXPECT_GT(std::atoi(ran.out.c_str()), 0);
  gate.open();
}

TEST(Run, GivesTheChildTheEnvironmentAndTheFolderAskedFor) {
  RunOptions options;
  options.env = {{"PROCLAB_X", "a=b c"}};
  EXPECT_EQ(run({program("probe"), "env", "PROCLAB_X"}, options).out, "\"PROCLAB_X=a=b c\"\n");
  options.cwd = kWindows ? "C:\\windows" : "/usr";
  EXPECT_EQ(run({program("probe"), "cwd"}, options).out, options.cwd + "\n");
}

TEST(Run, PassesArgumentsUnchanged) {
  const std::vector<std::string> args = {program("probe"), "argv", "",      "a b",     "a\"b",
                                         "a\\\\\"b",       "a\\",  "a b\\", "\tx\\\\", "你好"};
  std::string want;
  for (const std::string& arg : args) {
    want += '"';
    for (const char c : arg) {
      want += c == '\t' ? "\\t" : c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
    want += "\"\n";
  }
  EXPECT_EQ(run(args).out, want);
}

TEST(Run, WorksFromManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  std::vector<int> codes(4, -1);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&codes, i] {
      for (int round = 0; round < 5; ++round) {
        codes[i] = run({program("probe"), "exit", std::to_string(i)}).code;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(codes, (std::vector<int>{0, 1, 2, 3}));
}

TEST(Gate, LetsAProbePass) {
  Gate gate;
  RunOptions options;
  options.inherit = {gate.waiter(), gate.opener()};
  gate.open();
  EXPECT_EQ(run({program("probe"), "gate", to_text(gate.waiter())}, options).code, 0);
  Gate other;
  options.inherit = {other.opener()};
  EXPECT_EQ(run({program("probe"), "ready", to_text(other.opener())}, options).code, 0);
  EXPECT_TRUE(other.wait(Milliseconds(0)));
}

TEST(UnixLines, TurnsOnlyPairs) { EXPECT_EQ(unix_lines("a\r\nb\rc\n\r\n"), "a\nb\rc\n\n"); }

}  // namespace
}  // namespace proclab::test
