// tests/ch14 · control groups: which there are, and what they hold.
#include "chapters/ch14_warden/cgroup_linux.h"

#include <algorithm>
#include <filesystem>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/ch14_warden/hostile.h"
#include "tests/support/deadline.h"

namespace proclab::warden {
namespace {

TEST(Hierarchies, OfTheFirstGenerationOneForEachController) {
  const auto found = hierarchies(
      "34 30 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
      "33 30 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
      "38 30 0:35 / /sys/fs/cgroup/pids rw shared:9 - cgroup cgroup rw,pids\n"
      "36 30 0:33 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer\n",
      "8:pids:/\n4:memory:/user/one\n2:cpu,cpuacct:/\n");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].folder, "/sys/fs/cgroup/memory/user/one");
  EXPECT_EQ(found[0].controllers, std::vector<std::string>{"memory"});
  EXPECT_EQ(found[1].folder, "/sys/fs/cgroup/cpu,cpuacct");
  EXPECT_EQ(found[2].version, 1);
}

TEST(Hierarchies, OfTheSecondGenerationOneForAll) {
  const auto found = hierarchies("29 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
                                 "0::/user.slice/user-1000.slice/session-1.scope\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].version, 2);
  EXPECT_EQ(found[0].folder, "/sys/fs/cgroup/user.slice/user-1000.slice/session-1.scope");
  EXPECT_EQ(found[0].top, "/sys/fs/cgroup");
}

TEST(Hierarchies, OfAMixedMachineBoth) {
  const auto found = hierarchies(
      "38 30 0:35 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
      "40 30 0:37 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
      "8:pids:/a\n0::/b\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].folder, "/sys/fs/cgroup/pids/a");
  EXPECT_EQ(found[1].folder, "/sys/fs/cgroup/unified/b");
}

TEST(Hierarchies, InAContainerBeginAtItsOwnTop) {
  const auto found =
      hierarchies("38 30 0:35 /docker/ab /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n",
                  "8:pids:/docker/ab/inner\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].folder, "/sys/fs/cgroup/pids/inner");
  EXPECT_TRUE(hierarchies("", "").empty());
  EXPECT_TRUE(hierarchies("nonsense\n - \n", ":\n::\n").empty());
}

/// How many of them there are, in all hierarchies.
std::size_t groups_of(Pid warden) {
  const std::filesystem::recursive_directory_iterator all("/sys/fs/cgroup");
  return static_cast<std::size_t>(std::count_if(begin(all), end(all), [&](const auto& entry) {
    return entry.path().filename() == "warden-" + std::to_string(warden);
  }));
}

TEST(CgroupTest, IsRemovedWithTheObject) {
  std::string text;
  {
    const Result<Cgroup> made = Cgroup::make();
    if (!made) GTEST_SKIP() << made.error().message();
    text = made->text();
  }
  const Result<Cgroup> again = Cgroup::make();  // the same name: it could not be made twice
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->text(), text);
}

TEST(CgroupTest, WhatAKilledWardenLeftIsRemovedByAnother) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const Result<Cgroup> made = Cgroup::make();
    (void)!::write(ready[1], made ? "y" : "n", 1);
    ::_exit(0);  // without the destructor, as SIGKILL does it
  }
  char made = 0;
  ASSERT_EQ(::read(ready[0], &made, 1), 1);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  ::close(ready[0]), ::close(ready[1]);
  if (made == 'n') GTEST_SKIP() << "no control group can be made here";
  EXPECT_GT(groups_of(child), 0U);
  Cgroup::remove_left_by(child);
  EXPECT_EQ(groups_of(child), 0U);
}

TEST(CgroupTest, WhatNobodyRemovedIsRemovedByTheNext) {
  const Result<Cgroup> first = Cgroup::make();
  if (!first) GTEST_SKIP() << first.error().message();
  const pid_t dead = ::fork();
  if (dead == 0) {
    const Result<Cgroup> made = Cgroup::make();
    ::_exit(0);
  }
  ASSERT_EQ(::waitpid(dead, nullptr, 0), dead);
  ASSERT_GT(groups_of(dead), 0U);
  const pid_t next = ::fork();
  if (next == 0) ::_exit(Cgroup::make() ? 0 : 1);
  ASSERT_EQ(::waitpid(next, nullptr, 0), next);
  EXPECT_EQ(groups_of(dead), 0U);
  EXPECT_GT(groups_of(::getpid()), 0U);  // a living warden's stays
}

TEST(CgroupTest, HoldsTheMemoryOfSixteenChildrenTogether) {
  const test::Waiting waiting("sixteen children that want too much", Milliseconds(60'000));
  Options options = hostile({"memory", "16", "16"});
  options.limits.memory = std::uint64_t{64} << 20;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  if (!held(*report, "cgroup") || layer(*report, "memory")->detail.find("cgroup") != 0) {
    GTEST_SKIP() << why_not(*report, "cgroup");
  }
  EXPECT_EQ(report->ended, Ended::memory) << report->why;
  EXPECT_GE(report->oom_kills, 1U);
  EXPECT_LE(report->peak_memory, std::uint64_t{64} << 20);
  EXPECT_TRUE(report->swept);
}

TEST(CgroupTest, WithoutItEachChildHasTheLimitForItself) {
  Options options = hostile({"memory", "16", "16"});
  options.limits.memory = std::uint64_t{64} << 20;
  options.layers.cgroup = false;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->output, "16 of 16 got their 16 MiB\n");
  options.command.args = {"memory", "100"};
  const Result<Report> alone = run(options);
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->output, "refused\n");
}

TEST(CgroupTest, HoldsTheNumberOfProcessesForRootToo) {
  Options options = hostile({"forks", "50"});
  options.limits.processes = 10;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  if (layer(*report, "processes")->detail.find("cgroup") != 0) {
    GTEST_SKIP() << why_not(*report, "cgroup");
  }
  EXPECT_EQ(report->output, "9 of 50 forks\n");  // it is one of the ten itself
  EXPECT_EQ(report->survivors.size(), 9U);
  EXPECT_GE(report->refused_forks, 1U);
}

TEST(Nproc, DoesNotHoldForRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "this takes root";
  Options options = hostile({"forks", "20"});
  options.limits.processes = 10;
  options.layers.cgroup = false;
  const Result<Report> root = run(options);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->output, "20 of 20 forks\n");
  EXPECT_FALSE(held(*root, "processes"));
  options.command.uid = options.command.gid = 61'235;
  const Result<Report> user = run(options);
  ASSERT_TRUE(user);
  EXPECT_EQ(user->output, "9 of 20 forks\n");
  EXPECT_TRUE(held(*user, "processes"));
}

}  // namespace
}  // namespace proclab::warden
