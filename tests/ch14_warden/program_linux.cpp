// tests/ch14 · the program ch14_warden: what becomes of it and its tree when it is killed, and missing walls.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch14_warden/cgroup_linux.h"
#include "tests/ch14_warden/folder.h"
#include "tests/ch14_warden/program.h"
#include "tests/support/deadline.h"

namespace proclab::warden {
namespace {

class Killed : public ::testing::Test {
 protected:
  /// Starts the warden around one that stays and one that fled; both hold the read end of `lifeline`.
  void start(std::vector<std::string> options) {
    options.insert(options.end(),
                   {"--wall", "60", "--processes", "20", "--stdin", "--report",
                    folder.file("r.json"), "--", test::program("ch14_hostile"), "flee", "stay"});
    spawn::Options program{.file = test::program("ch14_warden"), .args = options};
    program.slots = {spawn::Slot::from(0, lifeline.read.get()),
                     spawn::Slot::from(1, out.write.get())};
    front.emplace(std::move(spawn::start(program)).value());
    lifeline.read.close();
    out.write.close();
    char line[64];
    ASSERT_GT(pipes::read_some(out.read.get(), line, sizeof line).value(), 0U);
  }

  /// Of the front's only child.
  Pid keeper() const {
    for (const reaping::Member& member : *reaping::processes()) {
      if (member.parent == front->pid()) return member.pid;
    }
    return 0;
  }

  /// Returns when nobody is left who could read from the lifeline.
  void wait_until_all_are_gone() const {
    pollfd gone{lifeline.write.get(), 0, 0};  // POLLERR comes unasked
    EXPECT_EQ(::poll(&gone, 1, -1), 1);
    EXPECT_NE(gone.revents & POLLERR, 0);
  }

  channel::Value report() const { return json_of(folder.read("r.json")); }

  const Folder folder{"killed"};
  pipes::Pipe lifeline = *pipes::make_pipe(), out = *pipes::make_pipe();
  std::optional<spawn::Process> front;
  test::Waiting waiting{"a tree to be gone", Milliseconds(40'000)};
};

TEST_F(Killed, BySigtermEndsTheTreeAndReports) {
  start({});
  ASSERT_TRUE(front->kill(SIGTERM));
  EXPECT_EQ(front->wait()->code, 137U);
  wait_until_all_are_gone();
  const channel::Value json = report();
  EXPECT_EQ(*json.find("ended"), channel::Value("stopped"));
  EXPECT_EQ(json.find("survivors")->as_array()->size(), 1U);
  EXPECT_EQ(*json.find("swept"), channel::Value(true));
}

TEST_F(Killed, TheFrontLeavesNothing) {
  start({});
  ASSERT_TRUE(front->kill(SIGKILL));
  EXPECT_EQ(front->wait()->signal, SIGKILL);
  wait_until_all_are_gone();
}

TEST_F(Killed, TheKeeperLeavesNothing) {
  start({});
  ASSERT_EQ(::kill(keeper(), SIGKILL), 0);
  EXPECT_EQ(front->wait()->code, 125U);
  wait_until_all_are_gone();
  EXPECT_EQ(*report().find("ended"), channel::Value("failed"));
}

TEST_F(Killed, BothLeaveNothingWherePidsHaveANamespace) {
  const test::Ran can = test::run(warden({"--namespaces", "--strict", "--", "/bin/true"}));
  if (can.code != 0) GTEST_SKIP() << "no namespaces here: " << can.err;
  start({"--namespaces"});
  const Pid below = keeper();
  ASSERT_TRUE(front->kill(SIGSTOP));  // so that it cannot sweep
  ASSERT_EQ(::kill(below, SIGKILL), 0);
  ASSERT_TRUE(front->kill(SIGKILL));
  EXPECT_EQ(front->wait()->signal, SIGKILL);
  wait_until_all_are_gone();
  Cgroup::remove_left_by(below);
}

TEST_F(Killed, ByItsOwnProgramIsSurvivedByTheFront) {
  const test::Ran ran = test::run(warden({"--wall", "30", "--report", folder.file("r.json"), "--",
                                          test::program("ch14_hostile"), "kill-parent"}));
  EXPECT_EQ(ran.code, 125);
  EXPECT_EQ(*report().find("ended"), channel::Value("failed"));
}

/// A warden inside a warden whose filter refuses new namespaces: a machine that does not permit them.
std::vector<std::string> inside_a_filter(std::vector<std::string> words) {
  std::vector<std::string> all = warden({"--seccomp", "--strict", "--no-cgroup"});
  if (::geteuid() == 0) all.insert(all.end(), {"--uid", "61237"});
  all.insert(all.end(), {"--", test::program("ch14_warden")});
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

TEST(Missing, WallIsReportedAndTheOthersStand) {
  const test::Ran ran =
      test::run(inside_a_filter({"--namespaces", "--no-network", "--processes", "200", "--report",
                                 "/proc/self/fd/nowhere", "--", "/bin/echo", "ran"}));
  EXPECT_EQ(ran.code, 125);  // that is no folder to report in
  const test::Ran open =
      test::run(inside_a_filter({"--namespaces", "--no-network", "--", "/bin/echo", "ran"}));
  EXPECT_EQ(open.code, 0) << open.err;
  EXPECT_EQ(open.out, "ran\n");
}

TEST(Missing, WallIsTheEndWhenItIsStrict) {
  const test::Ran ran =
      test::run(inside_a_filter({"--namespaces", "--strict", "--no-cgroup", "--", "/bin/echo"}));
  EXPECT_EQ(ran.code, 125);
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find("ch14_warden: clone: Operation not permitted"), std::string::npos)
      << ran.err;
}

}  // namespace
}  // namespace proclab::warden
