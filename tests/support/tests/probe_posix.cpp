// tests/support · the probe shows what a child on POSIX has, and nothing of its own.
#include <csignal>

#include <poll.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/gate.h"
#include "tests/support/run.h"

namespace proclab::test {
namespace {

TEST(Probe, ListsExactlyTheDescriptorsItWasGiven) {
  Gate gate;
  RunOptions options;
  options.inherit = {gate.opener()};
  const Ran ran = run({program("probe"), "fds"}, options);
  std::string numbers;
  for (std::size_t at = 0; at < ran.out.size(); at = ran.out.find('\n', at) + 1) {
    numbers += ran.out.substr(at, ran.out.find(" cloexec", at) - at) + ",";
  }
  EXPECT_EQ(numbers, "0 pipe r,1 pipe w,2 pipe w," + std::to_string(gate.opener()) + " pipe w,");
}

TEST(Probe, DiesOfTheSignalNamed) {
  EXPECT_EQ(run({program("probe"), "die", "TERM"}).signal, SIGTERM);
  EXPECT_EQ(run({program("probe"), "die", "SIGSEGV"}).signal, SIGSEGV);
  EXPECT_EQ(run({program("probe"), "die", "9"}).signal, SIGKILL);
  EXPECT_EQ(run({program("probe"), "die", "abort"}).signal, SIGABRT);
}

TEST(Probe, ShowsThatRunStartsItWithACleanMask) {
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &set, &old);
  const auto old_pipe = ::signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(run({program("probe"), "signals"}).out, "blocked\nignored\n");
  ::signal(SIGPIPE, old_pipe);
  ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

TEST(Probe, KnowsWhoItIs) {
  const std::string out = run({program("probe"), "ids"}).out;
  EXPECT_NE(out.find("ppid " + std::to_string(::getpid()) + "\n"), std::string::npos) << out;
  const std::string pid = out.substr(4, out.find('\n') - 4);
  EXPECT_NE(out.find("pgid " + pid + "\n"), std::string::npos) << "run makes it a group: " << out;
}

TEST(Run, KillsTheWholeGroupAtTheDeadline) {
  // The grandchild holds the pipe's only writer: when it too is dead, the pipe comes to its end.
  Gate gate, held;
  RunOptions options;
  options.deadline = Milliseconds(300);
  options.inherit = {gate.waiter(), held.opener()};
  const std::string probe = program("probe"), fd = std::to_string(gate.waiter());
  const Ran ran =
      run({"/bin/sh", "-c", probe + " gate " + fd + " & " + probe + " gate " + fd}, options);
  EXPECT_TRUE(ran.timed_out);
  held.close_opener();
  pollfd end{held.waiter(), POLLIN, 0};
  EXPECT_EQ(::poll(&end, 1, 10'000), 1) << "the grandchild still lives and holds the pipe";
  EXPECT_EQ(end.revents, POLLHUP);
}

TEST(Probe, CatchesASignalAfterItHasSaidItIsReady) {
  Gate gate;
  RunOptions options;
  options.inherit = {gate.waiter(), gate.opener()};
  const std::string probe = program("probe");
  const std::string script = probe + " trap USR1 " + std::to_string(gate.opener()) + " & " + probe +
                             " gate " + std::to_string(gate.waiter()) + "; kill -USR1 $!; wait $!";
  EXPECT_EQ(run({"/bin/sh", "-c", script}, options).out,
            "caught " + std::to_string(SIGUSR1) + "\n");
}

}  // namespace
}  // namespace proclab::test
