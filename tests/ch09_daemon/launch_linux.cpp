// tests/ch09 · launch where a daemon forks: its death is heard though somebody else holds its pipe.
#include "chapters/ch09_daemon/launch.h"

#include <gtest/gtest.h>

#include "tests/ch09_daemon/scene.h"
#include "tests/support/deadline.h"

namespace proclab::daemon {
namespace {

using test::Waiting;

/// A shell as a daemon: what it starts inherits the pipe to the starter, at 3.
spawn::Options shell(const std::string& script) {
  spawn::Options options;
  options.file = "/bin/sh";
  options.args = {"-c", script};
  return options;
}

TEST(LaunchLinux, AChildThatHoldsThePipeDoesNotHideItsDeath) {
  const NoDaemonLeft guard;
  const Waiting waiting("a daemon that dies and leaves a child");
  const Result<spawn::Process> daemon = launch(shell("sleep 1000 & exit 42"), Deadline::never());
  ASSERT_FALSE(daemon);
  EXPECT_EQ(daemon.error().code, std::errc::no_such_process);
  EXPECT_NE(daemon.error().detail.find("exit 42"), std::string::npos) << daemon.error().detail;
}

TEST(LaunchLinux, ItsLastWordIsHeardThoughItHasEnded) {
  const NoDaemonLeft guard;
  const Waiting waiting("a daemon that says why, dies, and leaves a child");
  for (int round = 0; round < 20; ++round) {
    const Result<spawn::Process> daemon =
        launch(shell("sleep 1000 & printf 'STATUS=no port\\nERRNO=98\\n' >&3; exit 1"), soon());
    ASSERT_FALSE(daemon);
    EXPECT_EQ(daemon.error().code, std::errc::address_in_use);
    EXPECT_EQ(daemon.error().detail, "no port");
  }
}

TEST(LaunchLinux, TheStartersSupervisorIsNotTheDaemons) {
  const NoDaemonLeft guard;
  const Waiting waiting("a daemon that looks whom it may tell");
  set_variable("NOTIFY_SOCKET", "@nobody");
  Result<spawn::Process> daemon =
      launch(shell("[ -z \"$NOTIFY_SOCKET\" ] && echo READY=1 >&3"), soon());
  set_variable("NOTIFY_SOCKET", std::nullopt);
  ASSERT_TRUE(daemon) << daemon.error().message();
  EXPECT_TRUE(daemon->wait());
}

}  // namespace
}  // namespace proclab::daemon
