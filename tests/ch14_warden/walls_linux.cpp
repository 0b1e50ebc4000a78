// tests/ch14 · namespaces and the filter: what is seen and reached from inside.
#include <csignal>
#include <filesystem>

#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"
#include "tests/ch14_warden/hostile.h"
#include "tests/support/deadline.h"

namespace proclab::warden {
namespace {

/// A shell inside all the walls.
Options shell(const std::string& script) {
  Options options = hostile({"-c", script});
  options.command.file = "/bin/sh";
  options.layers.namespaces = true;
  options.layers.no_network = true;
  return options;
}

#define SKIP_WITHOUT(report, name) \
  if (!held(report, name)) GTEST_SKIP() << why_not(report, name)

TEST(Namespaces, ShowOnlyItself) {
  const Result<Report> report = run(shell("echo $$; ls -d /proc/[0-9]*"));
  ASSERT_TRUE(report);
  SKIP_WITHOUT(*report, "namespaces");
  EXPECT_EQ(report->output, "2\n/proc/1\n/proc/2\n");  // the shell looked before there was an ls
}

TEST(Namespaces, TellTheCommandsOwnEnd) {
  const Result<Report> code = run(shell("exit 7"));
  ASSERT_TRUE(code);
  EXPECT_EQ(code->status.code, 7U);
  EXPECT_EQ(code->ended, Ended::exited);
  const Result<Report> signal = run(shell("kill -SEGV $$"));
  ASSERT_TRUE(signal);
  EXPECT_EQ(signal->status.signal, SIGSEGV);
  Options options = shell("");
  options.command.file = "/no/such/program";
  EXPECT_STREQ(run(options).error().call, "execve");
}

TEST(Namespaces, MakeKillOfEverybodyHarmless) {
  Options options =
      hostile({"kill-all"});  // refuses to, unless it is the second in a pid namespace
  options.layers.namespaces = true;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  SKIP_WITHOUT(*report, "namespaces");
  EXPECT_EQ(report->output, "kill(-1): No such process\n");  // there was nobody else
  EXPECT_EQ(report->ended, Ended::exited);
}

TEST(Namespaces, DoNotLetItKillItsInit) {
  const Result<Report> report = run(shell("kill -9 1; kill -9 $PPID; echo still here"));
  ASSERT_TRUE(report);
  SKIP_WITHOUT(*report, "namespaces");
  EXPECT_EQ(report->output, "still here\n");
  EXPECT_EQ(report->ended, Ended::exited);
}

TEST(Namespaces, EndWhoFledWithoutASearch) {
  const test::Waiting waiting("who fled inside a pid namespace");
  Options options = hostile({"flee"});
  options.layers.namespaces = true;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  SKIP_WITHOUT(*report, "namespaces");
  ASSERT_EQ(report->survivors.size(), 1U);  // and not the init, nor the command itself
  EXPECT_NE(report->survivors[0].command.find("flee"), std::string::npos);
  EXPECT_TRUE(report->swept);
  options.command.args = {"deaf"};
  options.limits.wall = Milliseconds(50);
  const Result<Report> cut = run(options);
  ASSERT_TRUE(cut);
  EXPECT_TRUE(cut->survivors.empty());
}

TEST(Namespaces, HaveNoNetworkButLoopback) {
  const Result<Report> report =
      run(shell("grep -c : /proc/net/dev; grep -o '^ *lo' /proc/net/dev; wc -l < /proc/net/route"));
  ASSERT_TRUE(report);
  SKIP_WITHOUT(*report, "no network");
  EXPECT_EQ(report->output, "1\n    lo\n1\n");  // a head line, and no route
}

TEST(Namespaces, KeepFilesAsTheyAre) {
  const std::string name = "/var/tmp/ch14_" + std::to_string(::getpid());
  Options options = shell("echo x > " + name + "; echo y > /tmp/y && cat /tmp/y; ls -A /tmp");
  options.layers.read_only = true;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  SKIP_WITHOUT(*report, "read-only files");
  EXPECT_EQ(report->output, "y\ny\n");
  EXPECT_FALSE(std::filesystem::exists(name));
  EXPECT_FALSE(std::filesystem::exists("/tmp/y"));
}

TEST(Namespaces, LeaveRootWithoutItsRights) {
  if (::geteuid() != 0) GTEST_SKIP() << "this takes root";
  Options options = shell(
      "id -u; grep CapEff /proc/self/status; echo x > /proc/sys/kernel/hostname; hostname h; "
      "mount -t tmpfs x /mnt; true");
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  SKIP_WITHOUT(*report, "namespaces");
  EXPECT_EQ(report->output, "0\nCapEff:\t0000000000000000\n");
}

TEST(Identity, IsAnotherUserWithAndWithoutNamespaces) {
  if (::geteuid() != 0) GTEST_SKIP() << "this takes root";
  for (const bool inside : {false, true}) {
    Options options = shell("id -u; id -g; id -G; grep -E 'CapEff|NoNewPrivs' /proc/self/status");
    options.layers.namespaces = options.layers.no_network = inside;
    options.command.uid = options.command.gid = 61'236;
    const Result<Report> report = run(options);
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_EQ(report->output, "61236\n61236\n61236\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\n")
        << report->errors;
  }
}

TEST(Seccomp, RefusesWhatAProgramDoesNotNeed) {
  Options options = hostile({"calls"});
  options.layers.seccomp = true;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  SKIP_WITHOUT(*report, "seccomp");
  EXPECT_EQ(report->output.substr(report->output.find(" refused")),
            " refused\n"
            "clone3: Function not implemented\n"
            "clone for a user namespace: Operation not permitted\n"
            "socket(AF_VSOCK): Operation not permitted\n"
            "socket(AF_UNIX): done\n"
            "ioctl(TIOCSTI): Operation not permitted\n"
            "fork: done\n");
  const std::size_t of = report->output.find(" of ");
  EXPECT_EQ(report->output.substr(0, of),
            report->output.substr(of + 4, report->output.find(" refused") - of - 4));
}

TEST(Seccomp, LetsOrdinaryProgramsRun) {
  Options options = shell("echo a | cat | tr a b; (exit 3); echo $?");
  options.layers.seccomp = true;
  options.layers.read_only = true;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->output, "b\n3\n");
}

TEST(Strict, MeansThatEachWallStands) {
  Options options = shell("echo ran");
  options.layers.strict = true;
  options.layers.seccomp = false;
  const Result<Report> all = run(options);
  if (!all) GTEST_SKIP() << "this machine does not permit it at all: " << all.error().message();
  EXPECT_EQ(all->output, "ran\n");
  for (const Layer& layer : all->layers) EXPECT_TRUE(layer.held) << layer.name;
}

}  // namespace
}  // namespace proclab::warden
