// tests/ch09 · the clock: LSB's exit codes, on every system.
#include <gtest/gtest.h>

#include "chapters/ch09_daemon/lsb.h"
#include "chapters/ch09_daemon/pidfile.h"
#include "tests/ch09_daemon/scene.h"
#include "tests/support/run.h"

namespace proclab::daemon {
namespace {

/// The clock's command in a folder of its own; relative paths, as a person types them.
class ClockTest : public ::testing::Test {
 protected:
  test::Ran clock(std::vector<std::string> args) {
    args.insert(args.begin(), test::program("ch09_daemon"));
    test::RunOptions options;
    options.cwd = folder_.path();
    return test::run(args, options);
  }
  int code(const std::vector<std::string>& args) {
    const test::Ran ran = clock(args);
    EXPECT_TRUE(ran.code >= 0 && ran.code <= kNotRunning) << ran.err;  // 127: it did not start
    return ran.code;
  }

  Folder folder_;
  NoDaemonLeft guard_;
};

TEST_F(ClockTest, EveryExitCode) {
  EXPECT_EQ(code({"status"}), kStopped);
  EXPECT_EQ(code({"stop"}), kDone) << "a stopped one is stopped: done";
  EXPECT_EQ(code({"reload"}), kNotRunning);
  EXPECT_EQ(code({"start"}), kDone);
  EXPECT_EQ(code({"start"}), kDone) << "a running one runs: done";
  EXPECT_EQ(code({"status"}), kRunning);
  EXPECT_EQ(code({"reload"}), kDone);
  EXPECT_EQ(code({"restart"}), kDone);
  EXPECT_EQ(code({"status"}), kRunning);
  EXPECT_EQ(code({"stop"}), kDone);
  EXPECT_EQ(code({"status"}), kStopped);
  EXPECT_EQ(code({"restart"}), kDone) << "a stopped one is started";
  EXPECT_EQ(code({"stop"}), kDone);
}

TEST_F(ClockTest, AWordOfLsbsThatItDoesNotKnowIsUnimplemented) {
  for (const char* verb : {"try-restart", "force-reload"}) EXPECT_EQ(code({verb}), kUnimplemented);
}

TEST_F(ClockTest, UsageIsTwo) {
  for (const std::vector<std::string>& bad : {std::vector<std::string>{},
                                              {"dance"},
                                              {"start", "now"},
                                              {"--pidfile"},
                                              {"start", "--log"},
                                              {"start", "--pidfile", ""},
                                              {"status", "--quiet"}}) {
    EXPECT_EQ(code(bad), kUsage);
  }
  EXPECT_EQ(code({"--help"}), kDone);
}

TEST_F(ClockTest, ADeadOneIsToldFromAStoppedOne) {
  write_file(folder_.file("ch09_daemon.pid"), "1\n");  // init's number: nobody must signal it
  EXPECT_EQ(code({"status"}), kDeadWithPidfile);
  EXPECT_EQ(code({"reload"}), kNotRunning);
  EXPECT_EQ(code({"start"}), kDone) << "a stale file is in nobody's way";
  EXPECT_EQ(code({"status"}), kRunning);
  EXPECT_EQ(code({"stop"}), kDone);
  write_file(folder_.file("ch09_daemon.pid"), "1\n");
  EXPECT_EQ(code({"stop"}), kDone);
  EXPECT_EQ(code({"status"}), kStopped) << "and stop clears it away";
}

TEST_F(ClockTest, ReasonsReachTheTerminal) {
  const test::Ran no_folder = clock({"start", "--log", "no/clock.log"});
  EXPECT_EQ(no_folder.code, kNotConfigured);
  EXPECT_NE(no_folder.out.find("no"), std::string::npos) << no_folder.out;
  const test::Ran folder = clock({"start", "--pidfile", "."});
  EXPECT_EQ(folder.code, kNotConfigured) << folder.out;
  EXPECT_EQ(code({"status", "--pidfile", "."}), kUnknown);
  EXPECT_EQ(code({"start", "--foreground", "--log", "no/clock.log"}), kNotConfigured);
  EXPECT_EQ(code({"status"}), kStopped) << "nothing is left of a clock that could not start";
}

TEST_F(ClockTest, ItsLogTellsItsLife) {
  ASSERT_EQ(code({"start", "--log", "clock.log"}), kDone);
  ASSERT_EQ(code({"stop"}), kDone);
  const std::string log = read_file(folder_.file("clock.log"));
  EXPECT_EQ(count_of(log, "started, process"), 1) << log;
  EXPECT_EQ(count_of(log, "stopped"), 1) << log;
}

TEST(LsbCodes, OfErrors) {
  const auto code = [](std::errc why) { return exit_code_of(make_error("x", why)); };
  EXPECT_EQ(code(std::errc::permission_denied), kNoPrivilege);
  EXPECT_EQ(code(std::errc::operation_not_permitted), kNoPrivilege);
  EXPECT_EQ(code(std::errc::not_supported), kUnimplemented);
  EXPECT_EQ(code(std::errc::no_such_file_or_directory), kNotConfigured);
  EXPECT_EQ(code(std::errc::timed_out), kFailed);
}

}  // namespace
}  // namespace proclab::daemon
