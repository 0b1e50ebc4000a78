// tests/ch07 · ch07_timeout beside coreutils' timeout: the same command line, the same ending.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include <signal.h>
#include <unistd.h>

#include "tests/support/run.h"

namespace proclab::signals {
namespace {

using test::Ran;
using Args = std::vector<std::string>;

constexpr const char* kTheirs = "/usr/bin/timeout";

struct Case {
  Args args;
  int code;  ///< what coreutils 9.1 does; -1: it dies of `signal`
  int signal = 0;
};

// Two seconds are for a shell to set its trap, on a machine that has other things to do.
/// The shell says that its sleep was terminated when it hears of that before the trap runs.
const std::string kTidy = "exec 2>/dev/null; trap 'exit 5' TERM; while :; do sleep 0.02; done";
const std::string kStubborn = "trap '' TERM; echo ready; while :; do sleep 0.05; done";

// The exit codes are written down as well, so that the table can be read, and so that two programs that are
// wrong in the same way do not pass.
const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      // The command's own end.
      {{"10", "true"}, 0},
      {{"10", "false"}, 1},
      {{"10", "sh", "-c", "exit 77"}, 77},
      {{"10", "sh", "-c", "exit 124"}, 124},
      {{"10", "sh", "-c", "kill -TERM $$"}, -1, SIGTERM},
      {{"10", "sh", "-c", "kill -KILL $$"}, -1, SIGKILL},
      {{"--foreground", "10", "sh", "-c", "kill -INT $$"}, -1, SIGINT},
      {{"10", "sh", "-c", "ulimit -c 0; kill -SEGV $$"}, -1, SIGSEGV},
      // It took too long.
      {{"0.1", "sleep", "20"}, 124},
      {{"--foreground", "0.1", "sleep", "20"}, 124},
      {{"--preserve-status", "0.1", "sleep", "20"}, 128 + SIGTERM},
      {{"-s", "INT", "0.1", "sleep", "20"}, 124},
      {{"-s", "SIGHUP", "--preserve-status", "0.1", "sleep", "20"}, 128 + SIGHUP},
      {{"-s", "10", "--preserve-status", "0.1", "sleep", "20"}, 128 + SIGUSR1},
      {{"--signal=usr2", "--preserve-status", "0.1", "sleep", "20"}, 128 + SIGUSR2},
      {{"--signal", "RTMIN+3", "--preserve-status", "0.1", "sleep", "20"}, 128 + 37},
      {{"-sQUIT", "0.1", "sh", "-c", "ulimit -c 0; exec sleep 20"}, 124},
      {{"-s", "KILL", "0.1", "sleep", "20"}, -1, SIGKILL},  // its own group: it takes itself along
      {{"--foreground", "-s", "KILL", "0.1", "sleep", "20"}, 137},
      {{"2", "sh", "-c", kTidy}, 124},
      {{"--preserve-status", "2", "sh", "-c", kTidy}, 5},
      {{"-s", "0", "0.1", "sleep", "0.3"}, 124},  // it asked, and waited on
      // A grace, and then KILL.
      {{"-k", "0.1", "2", "sh", "-c", kStubborn}, -1, SIGKILL},
      {{"--foreground", "-k", "0.1", "2", "sh", "-c", kStubborn}, 137},
      {{"--foreground", "--kill-after=0.1", "2", "sh", "-c", kStubborn}, 137},
      {{"--foreground", "--preserve-status", "--kill-after", "0.1", "2", "sh", "-c", kStubborn},
       137},
      {{"-k5", "0.1", "sleep", "20"}, 124},
      {{"-k", "0", "0.1", "sleep", "20"}, 124},
      // A stopped one cannot heed TERM until it goes on.
      {{"0.2", "sh", "-c", "kill -STOP $$"}, 124},
      // No limit; and how a duration may be written.
      {{"0", "sh", "-c", "sleep 0.1; exit 3"}, 3},
      {{"0.0", "true"}, 0},
      {{".1", "sleep", "20"}, 124},
      {{"0.1s", "sleep", "20"}, 124},
      {{"0.002m", "sleep", "20"}, 124},
      {{"0.00003h", "sleep", "20"}, 124},
      {{"0.000001d", "sleep", "20"}, 124},
      {{"1e-1", "sleep", "20"}, 124},
      {{"0.0001", "sleep", "20"}, 124},
      {{"inf", "true"}, 0},
      {{"99999999999999999999d", "true"}, 0},
      // What it cannot do.
      {{"10", "no-such-program"}, 127},
      {{"10", "/no/such/program"}, 127},
      {{"10", "/"}, 126},
      {{"10", "/etc/passwd"}, 126},
      {{}, 125},
      {{"10"}, 125},
      {{"-k", "1", "10"}, 125},
      {{"soon", "true"}, 125},
      {{"1M", "true"}, 125},
      {{"1.5.5", "true"}, 125},
      {{"", "true"}, 125},
      {{"nan", "true"}, 125},
      {{"-1", "true"}, 125},
      {{"-s", "NOTHING", "10", "true"}, 125},
      {{"-k", "later", "10", "true"}, 125},
      {{"--no-such-option", "10", "true"}, 125},
      // Options end where the duration begins, or at --.
      {{"10", "sh", "-c", "exit 4"}, 4},
      {{"--", "10", "sh", "-c", "exit 4"}, 4},
      {{"10", "printf", "%s", "-k"}, 0},
  };
  return all;
}

std::string shown(const Args& args) {
  std::string text = "timeout";
  for (const std::string& arg : args) text += " '" + arg + "'";
  return text;
}

struct Pair {
  Ran ours, theirs;
};

Pair run_both(const Args& args) {
  Args ours = {test::program("ch07_timeout")}, theirs = {kTheirs};
  ours.insert(ours.end(), args.begin(), args.end());
  theirs.insert(theirs.end(), args.begin(), args.end());
  return {test::run(ours), test::run(theirs)};
}

TEST(TimeoutBesideCoreutils, EndsAlikeInEveryCase) {
  if (::access(kTheirs, X_OK) != 0) GTEST_SKIP() << "no " << kTheirs << " here";
  std::vector<Pair> pairs(cases().size());
  std::vector<std::thread> workers;
  std::atomic<std::size_t> next = 0;
  for (int i = 0; i < 8; ++i) {  // mostly they wait
    workers.emplace_back([&] {
      for (std::size_t at; (at = next++) < pairs.size();) pairs[at] = run_both(cases()[at].args);
    });
  }
  for (std::thread& worker : workers) worker.join();
  for (std::size_t at = 0; at < pairs.size(); ++at) {
    const Case& wanted = cases()[at];
    const auto& [ours, theirs] = pairs[at];
    EXPECT_EQ(theirs.code, wanted.code) << shown(wanted.args) << ", coreutils: " << theirs.err;
    EXPECT_EQ(theirs.signal, wanted.signal) << shown(wanted.args) << ", coreutils";
    EXPECT_EQ(ours.code, wanted.code) << shown(wanted.args) << ", ours: " << ours.err;
    EXPECT_EQ(ours.signal, wanted.signal) << shown(wanted.args) << ", ours";
    EXPECT_EQ(ours.out, theirs.out) << shown(wanted.args);
    EXPECT_EQ(ours.err.empty(), theirs.err.empty()) << shown(wanted.args) << ": " << ours.err;
  }
}

/// `script` with $1 for the timeout's path, run by sh in an empty folder of its own; its output.
std::string by(const std::string& timeout, const std::string& script) {
  char folder[] = "/tmp/ch07.XXXXXX";
  EXPECT_NE(::mkdtemp(folder), nullptr);
  test::RunOptions options;
  options.cwd = folder;
  const Ran ran = test::run({"/bin/sh", "-c", script, "sh", timeout}, options);
  std::filesystem::remove_all(folder);
  return ran.out + (ran.timed_out ? ran.err : "");
}

TEST(TimeoutBesideCoreutils, WhatAScriptSeesInDollarQuestionMark) {
  const std::string script =
      "\"$1\" 10 sh -c 'kill -TERM $$'; echo $?; \"$1\" -s KILL 0.1 sleep 20; echo $?; "
      "\"$1\" 0.1 sleep 20; echo $?; \"$1\" 10 no-such; echo $?; \"$1\" 10 /; echo $?";
  const std::string ours = by(test::program("ch07_timeout"), script);
  EXPECT_EQ(ours, "143\n137\n124\n127\n126\n");
  EXPECT_EQ(ours, by(kTheirs, script));
}

TEST(TimeoutBesideCoreutils, TheCommandsChildrenAreEndedToo) {
  // The grandchild holds the pipe to `cat`: were it left alive, this would take 20 s and say so.
  const std::string script =
      "\"$1\" 0.3 sh -c 'sleep 20 & echo started; wait' | cat; echo the pipe is closed";
  const std::string ours = by(test::program("ch07_timeout"), script);
  EXPECT_EQ(ours, "started\nthe pipe is closed\n");
  EXPECT_EQ(ours, by(kTheirs, script));
}

TEST(TimeoutBesideCoreutils, InTheForegroundTheyAreNot) {
  // The grandchild waits at a gate, which opens only after the timeout has ended and was asked.
  const std::string script =
      "mkfifo gate; { \"$1\" --foreground 2 sh -c "
      "'sh -c \"read word <gate; echo lives on\" & wait'; echo $?; echo go >gate; } | cat";
  const std::string ours = by(test::program("ch07_timeout"), script);
  EXPECT_EQ(ours, "124\nlives on\n");
  EXPECT_EQ(ours, by(kTheirs, script));
}

TEST(TimeoutBesideCoreutils, WhatItIsSentItPassesOn) {
  // The child tells when it is ready, and only then is the timeout signalled; and not before it sleeps:
  // coreutils' is done for by what comes before its fork() has told it the child's number.
  const std::string script =
      "\"$1\" 10 sh -c 'trap \"echo got it; exit 9\" TERM; echo > ready; "
      "while :; do sleep 0.02; done' & "
      "while ! [ -e ready ] || ! grep -q '^State:.S' /proc/$!/status; do sleep 0.02; done; "
      "kill -TERM $!; wait $!; echo $?";
  const std::string ours = by(test::program("ch07_timeout"), script);
  EXPECT_EQ(ours, "got it\n9\n");
  EXPECT_EQ(ours, by(kTheirs, script));
}

}  // namespace
}  // namespace proclab::signals
