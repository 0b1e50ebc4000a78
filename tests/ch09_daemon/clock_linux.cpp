// tests/ch09 · the clock under a supervisor, on a full disk, and in a storm of signals.
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chapters/ch09_daemon/clock.h"
#include "chapters/ch09_daemon/control.h"
#include "chapters/ch09_daemon/daemonize.h"
#include "chapters/ch09_daemon/launch.h"
#include "chapters/ch09_daemon/listeners.h"
#include "chapters/ch09_daemon/lsb.h"
#include "chapters/ch09_daemon/unix_socket_posix.h"
#include "tests/ch09_daemon/in_a_fork_posix.h"
#include "tests/ch09_daemon/scene.h"
#include "tests/ch09_daemon/supervisor_linux.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"
#include "tests/support/storm_posix.h"

namespace proclab::daemon {
namespace {

using test::Storm;
using test::Waiting;

/// A clock in the foreground, as a supervisor's child.
struct Supervised {
  Folder folder;
  Supervisor supervisor{folder.file("notify")};
  std::string pidfile = folder.file("clock.pid"), log = folder.file("clock.log");

  spawn::Process start(const std::string& log_file) {
    spawn::Options clock;
    clock.file = test::program("ch09_daemon");
    clock.args = {"start", "--foreground", "--pidfile", pidfile, "--log", log_file};
    return spawn::start(clock).value();
  }
  /// The next message that is none of the watchdog's.
  std::string next() {
    for (;;) {
      std::string text = supervisor.next().text;
      if (text != "WATCHDOG=1\n") return text;
    }
  }
};

TEST(Clock, TellsItsSupervisorItsWholeLife) {
  const Waiting waiting("the clock's messages");
  Supervised scene;
  spawn::Process clock = scene.start(scene.log);
  EXPECT_EQ(scene.next(), "READY=1\nSTATUS=ticking\n");
  EXPECT_EQ(look_at(scene.pidfile)->pid, clock.pid()) << "new style: it is the process we started";
  ::rename(scene.log.c_str(), scene.folder.file("clock.log.1").c_str());
  ASSERT_TRUE(clock.kill(SIGHUP));
  EXPECT_EQ(scene.next().find("RELOADING=1\nMONOTONIC_USEC="), 0U);
  EXPECT_EQ(scene.next(), "READY=1\nSTATUS=ticking\n");
  EXPECT_EQ(count_of(read_file(scene.log), "log opened anew"), 1);
  ASSERT_TRUE(clock.kill(SIGTERM));
  EXPECT_EQ(scene.next(), "STOPPING=1\n");
  EXPECT_TRUE(clock.wait()->success());
  EXPECT_FALSE(exists(scene.pidfile));
}

TEST(Clock, FeedsTheWatchdogInTime) {
  const Waiting waiting("the watchdog's messages");
  Supervised scene;
  set_variable("WATCHDOG_USEC", "20000");
  spawn::Process clock = scene.start(scene.log);
  set_variable("WATCHDOG_USEC", std::nullopt);
  int fed = 0;
  while (fed < 5) fed += scene.supervisor.next().text == "WATCHDOG=1\n" ? 1 : 0;
  ASSERT_TRUE(clock.kill(SIGINT)) << "Ctrl-C is a stop as well";
  EXPECT_TRUE(clock.wait()->success());
}

TEST(Clock, AFullDiskIsComplainedOfAndSurvived) {
  const Waiting waiting("the clock's messages");
  Supervised scene;
  spawn::Process clock = scene.start("/dev/full");
  const std::string complaint = scene.next();
  EXPECT_EQ(complaint.find("STATUS=cannot write /dev/full: write: No space left on device"), 0U)
      << complaint;
  EXPECT_EQ(scene.next(), "READY=1\nSTATUS=ticking\n");
  ASSERT_TRUE(clock.kill(SIGTERM));
  EXPECT_TRUE(clock.wait()->success());
}

TEST(Clock, ServesASocketThatItDidNotOpen) {
  const Waiting waiting("an answer of the clock");
  Supervised scene;
  const std::string path = scene.folder.file("time");
  Handle socket = unix_socket(SOCK_STREAM).value();
  const UnixAddress name = unix_address(path).value();
  const auto* address = reinterpret_cast<const sockaddr*>(&name.name);
  ASSERT_EQ(::bind(socket.get(), address, name.size), 0);
  ASSERT_EQ(::listen(socket.get(), 8), 0);
  // The client comes before the server is there at all.
  const Handle client = unix_socket(SOCK_STREAM).value();
  ASSERT_EQ(::connect(client.get(), address, name.size), 0);
  const pid_t clock = ::fork();
  if (clock == 0) {
    std::vector<Listener> one;
    one.push_back({std::move(socket), "time"});
    (void)exec_with_listeners(test::program("ch09_daemon"),
                              {"start", "--foreground", "--pidfile", scene.pidfile},
                              std::move(one));
    ::_exit(127);
  }
  socket.close();
  char text[64];
  ssize_t size = 0;
  while ((size = ::read(client.get(), text, sizeof text)) == -1 && errno == EINTR) {
  }
  EXPECT_EQ(std::string(text, size > 0 ? size : 0).size(), 20U)
      << "2026-11-25 04:00:00 and a line end";
  ::kill(clock, SIGTERM);
  int status = 0;
  while (::waitpid(clock, &status, 0) == -1 && errno == EINTR) {
  }
  EXPECT_EQ(status, 0);
}

TEST(Clock, WithoutTheRightsItSaysSo) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  const NoDaemonLeft guard;
  const Folder folder;
  const std::string program = test::program("ch09_daemon"), file = folder.file("clock.pid");
  const auto code_for_nobody = [&](const std::string& verb) {
    spawn::Options clock;
    clock.file = program;
    clock.args = {verb, "--pidfile", file};
    clock.uid = 65534;
    clock.slots = {spawn::Slot::null(1)};
    return static_cast<int>(spawn::start(clock)->wait()->code);
  };
  EXPECT_EQ(code_for_nobody("start"), kNoPrivilege);
  EXPECT_EQ(test::run({program, "start", "--pidfile", file}).code, kDone);
  EXPECT_EQ(code_for_nobody("status"), kRunning) << "to look takes no rights";
  EXPECT_EQ(code_for_nobody("reload"), kNoPrivilege);
  EXPECT_EQ(code_for_nobody("stop"), kNoPrivilege);
  EXPECT_EQ(test::run({program, "stop", "--pidfile", file}).code, kDone);
}

TEST(Clock, TheStartersPipeEndsWithTheStarter) {
  const NoDaemonLeft guard;
  const Folder folder;
  const std::string clock = test::program("ch09_daemon"), file = folder.file("clock.pid");
  // x=$(ch09_daemon start): run() reads stdout and stderr to their ends.
  const test::Ran ran = test::run(
      {"/bin/sh", "-c", "x=$('" + clock + "' start --pidfile '" + file + "'); echo \"got: $x\""});
  EXPECT_EQ(ran.out.find("got: started, process"), 0U) << ran.out << ran.err;
  EXPECT_EQ(test::run({clock, "stop", "--pidfile", file}).code, kDone);
}

TEST(Storm, StartersSurviveIt) {
  const NoDaemonLeft guard;
  const Waiting waiting("daemons that are started and stopped in a storm", Milliseconds(60'000));
  const Folder folder;
  const std::string file = folder.file("d.pid");
  const Storm storm;
  for (int i = 0; i < 10; ++i) {
    Result<spawn::Process> daemon =
        launch(actor({"deaf", file}), Deadline::after(Milliseconds(20'000)));
    ASSERT_TRUE(daemon) << daemon.error().message();
    const Result<Stopped> how = stop(file, Milliseconds(20));
    ASSERT_TRUE(how) << how.error().message();
    EXPECT_EQ(*how, Stopped::killed);
    EXPECT_TRUE(daemon->wait());
  }
}

TEST(Storm, ADaemonSurvivesIt) {
  const Waiting waiting("a clock in a storm");
  Supervised scene;
  const std::string pidfile = scene.pidfile, log = scene.log;
  const pid_t clock = ::fork();
  if (clock == 0) {
    const Storm storm;
    ::_exit(run_clock({pidfile, log}));
  }
  EXPECT_EQ(scene.next(), "READY=1\nSTATUS=ticking\n");
  for (int i = 0; i < 20; ++i) {
    ::kill(clock, SIGHUP);
    EXPECT_EQ(scene.next().find("RELOADING=1"), 0U);
    EXPECT_EQ(scene.next(), "READY=1\nSTATUS=ticking\n");
  }
  ::kill(clock, SIGTERM);
  int status = 0;
  while (::waitpid(clock, &status, 0) == -1 && errno == EINTR) {
  }
  EXPECT_EQ(status, 0);
  EXPECT_EQ(count_of(read_file(log), "log opened anew"), 20);
}

TEST(Storm, TheClassicalWaySurvivesIt) {
  const NoDaemonLeft guard;
  const int code = in_a_fork([] {
    const Storm storm;
    for (int i = 0; i < 10; ++i) {
      const auto serve = [](Notifier& notifier) {
        (void)notifier.ready();
        return 0;
      };
      if (!daemonize({}, serve, Deadline::after(Milliseconds(20'000)))) return 1;
    }
    return 0;
  });
  EXPECT_EQ(code, 0);
  while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
}

}  // namespace
}  // namespace proclab::daemon
