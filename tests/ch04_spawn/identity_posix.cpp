// tests/ch04 · who the child is: user, groups, umask, limits, session and group.
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include <grp.h>
#include <signal.h>
#include <unistd.h>

#include "tests/ch04_spawn/capture.h"
#include "tests/ch04_spawn/in_a_fork_posix.h"
#include "tests/ch04_spawn/strategies.h"
#include "tests/support/run.h"

namespace proclab::spawn {
namespace {

using test::program;

bool is_root() { return ::geteuid() == 0; }

class Identity : public EachStrategy {
 protected:
  /// "key rest of the line" of what a program prints, by key.
  static std::map<std::string, std::string> lines(const Options& all) {
    std::map<std::string, std::string> out;
    std::istringstream text(capture(all).out);
    for (std::string line; std::getline(text, line);) {
      const std::size_t end = line.find_first_of(" \t:");
      const std::size_t value = line.find_first_not_of(" \t:", end);
      out[line.substr(0, end)] = value == std::string::npos ? "" : line.substr(value);
    }
    return out;
  }
  static bool changes_identity() {
    return GetParam() == Strategy::automatic || GetParam() == Strategy::fork;
  }
  static void refused(const Options& all) {
    Result<Process> child = start(all);
    if (child) (void)child->wait();
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().code, std::errc::not_supported) << child.error().message();
    EXPECT_FALSE(child.error().detail.empty()) << "it says what is missing";
  }
};
INSTANTIATE_TEST_SUITE_P(By, Identity, testing::ValuesIn(strategies()), name_of_strategy);

TEST_P(Identity, UidAndGidAndNoGroupsOfRoots) {
  if (!is_root()) GTEST_SKIP() << "needs root";
  Options all = options("/bin/cat", {"/proc/self/status"});
  all.uid = 4321;
  all.gid = 1234;
  if (!changes_identity()) return refused(all);
  // Some groups of our own, which must not go along.
  EXPECT_EQ(in_a_fork([&]() -> std::string {
              const gid_t ours[] = {0, 4, 27};
              if (::setgroups(3, ours) == -1) return "setgroups";
              auto seen = lines(all);
              return seen["Uid"] + "|" + seen["Gid"] + "|" + seen["Groups"];
            }),
            "4321\t4321\t4321\t4321|1234\t1234\t1234\t1234|");
}

TEST_P(Identity, AUserByNameWithItsGroups) {
  if (!is_root()) GTEST_SKIP() << "needs root";
  Options all = options("/bin/cat", {"/proc/self/status"});
  all.user = "nobody";
  if (!changes_identity()) return refused(all);
  const std::string uid = capture(options("/usr/bin/id", {"-u", "nobody"})).out;
  const std::string groups = capture(options("/usr/bin/id", {"-G", "nobody"})).out;
  auto seen = lines(all);
  EXPECT_EQ(seen["Uid"].substr(0, seen["Uid"].find('\t')) + "\n", uid);
  seen["Groups"].erase(seen["Groups"].find_last_not_of(' ') + 1);
  EXPECT_EQ(seen["Groups"] + "\n", groups);
}

TEST_P(Identity, AnUnknownUser) {
  Options all = options("/bin/true");
  all.user = "no-such-user";
  const Result<Process> child = start(all);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, std::errc::invalid_argument);
  EXPECT_STREQ(child.error().call, "user");
  EXPECT_NE(child.error().message().find("no-such-user"), std::string::npos);
}

TEST_P(Identity, WhoIsNotRootIsToldWhichStepFailed) {
  if (!is_root()) GTEST_SKIP() << "needs root, to become somebody who is not";
  if (!changes_identity()) return;  // refused before it is tried: see above
  EXPECT_EQ(in_a_fork([]() -> std::string {
              if (::setgroups(0, nullptr) == -1 || ::setgid(65534) == -1 || ::setuid(65534) == -1) {
                return "cannot become nobody";
              }
              std::string steps;
              for (const bool group : {true, false}) {
                Options all = options("/bin/true");
                (group ? all.gid : all.uid) = 0;
                Result<Process> child = start(all);
                if (child) return (void)child->wait(), "it did start";
                if (child.error().code != std::errc::operation_not_permitted) steps += "?";
                steps += std::string(child.error().call) + " ";
              }
              Options same = options("/bin/true");
              same.uid = same.gid = 65534;  // what one is already, one may become
              Result<Process> child = start(same);
              if (!child) return child.error().message();
              return steps + child->wait()->text();
            }),
            "setgid setuid exit 0");
}

TEST_P(Identity, Umask) {
  Options all = options(program("probe"), {"ids"});
  all.umask = 0157;
  if (GetParam() == Strategy::posix_spawn) return refused(all);
  const mode_t before = ::umask(022);
  EXPECT_EQ(lines(all)["umask"], "0157");
  EXPECT_EQ(::umask(before), 022U) << "the parent's own stays";
}

TEST_P(Identity, Limits) {
  Options all = options(program("probe"), {"limits"});
  all.limits = {{process::Limit::core_size, {0, 0}},
                {process::Limit::open_files, {123, 456}},
                {process::Limit::cpu_seconds, {77, std::nullopt}}};
  if (GetParam() == Strategy::posix_spawn) return refused(all);
  const process::LimitPair before = process::get_limit(process::Limit::open_files).value();
  auto seen = lines(all);
  EXPECT_EQ(seen["core"], "0 0");
  EXPECT_EQ(seen["nofile"], "123 456");
  EXPECT_EQ(seen["cpu"].substr(0, 3), "77 ");
  EXPECT_EQ(process::get_limit(process::Limit::open_files).value(), before);

  all.limits = {{process::Limit::open_files, {9, 3}}};  // soft above hard
  const Result<Process> child = start(all);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, std::errc::invalid_argument);
  EXPECT_STREQ(child.error().call, "setrlimit");
}

TEST_P(Identity, StaysWithItsParentUnlessToldOtherwise) {
  Options all = options(program("probe"), {"ids"});
  auto seen = lines(all);
  EXPECT_EQ(seen["pgid"], std::to_string(::getpgrp()));
  EXPECT_EQ(seen["sid"], std::to_string(::getsid(0)));
  EXPECT_EQ(seen["ppid"], std::to_string(::getpid()));

  all.attach = Attach::new_group;
  seen = lines(all);
  EXPECT_EQ(seen["pgid"], seen["pid"]);
  EXPECT_EQ(seen["sid"], std::to_string(::getsid(0)));

  all.attach = Attach::new_session;
  seen = lines(all);
  EXPECT_EQ(seen["pgid"], seen["pid"]);
  EXPECT_EQ(seen["sid"], seen["pid"]);
}

TEST_P(Identity, ANewGroupIsThereWhenStartReturns) {
  PipeEnds in = make_pipe();
  Options all = options(program("probe"), {"stdin-eof"});
  all.slots = {Slot::from(0, in.read.get())};
  all.attach = Attach::new_group;
  Result<Process> child = start(all);
  ASSERT_TRUE(child);
  EXPECT_EQ(::kill(-child->pid(), SIGTERM), 0);  // to the group: no race with its setpgid()
  EXPECT_EQ(child->wait()->signal, SIGTERM);
}

}  // namespace
}  // namespace proclab::spawn
