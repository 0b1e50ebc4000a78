// tests/ch14 · the warden itself: what the job object does, and what Windows has not.
#include <algorithm>

#include <windows.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch14_warden/warden.h"
#include "tests/ch14_warden/hostile.h"
#include "tests/support/deadline.h"
#include "tests/support/wine.h"

namespace proclab::warden {
namespace {

constexpr std::uint64_t kMib = std::uint64_t{1} << 20;

TEST(Run, TellsACodeFromACrash) {
  const Result<Report> crash = run(hostile({"crash"}));
  ASSERT_TRUE(crash);
  EXPECT_EQ(crash->ended, Ended::killed);
  EXPECT_EQ(crash->status.code, 0xC0000005U);
  EXPECT_EQ(crash->why, "crashed: 0xc0000005");
}

TEST(Run, GivesNoHandleButTheThree) {
  const pipes::Pipe open_here = *pipes::make_pipe();
  ASSERT_TRUE(::SetHandleInformation(open_here.write.get(), HANDLE_FLAG_INHERIT, 1));
  const Result<Report> report = run(probe({"fds"}));
  ASSERT_TRUE(report);
  // A line a handle, and then what the C runtime was told.
  const std::string handles = report->output.substr(0, report->output.find("crt "));
  EXPECT_EQ(std::count(handles.begin(), handles.end(), '\n'), 3) << report->output;
}

TEST(Missing, LimitIsRefusedByName) {
  Options options = probe({"exit", "0"});
  options.limits.files = 10;
  const Result<Report> files = run(options);
  ASSERT_FALSE(files);
  EXPECT_STREQ(files.error().call, "files");
  EXPECT_EQ(files.error().code, std::errc::not_supported);
  options.limits.files.reset();
  options.limits.file_size = 10;
  EXPECT_STREQ(run(options).error().call, "file_size");
}

TEST(Missing, WallsAreReportedOrTheEndWhereItIsStrict) {
  Options options = probe({"exit", "0"});
  options.layers.namespaces = options.layers.no_network = true;
  options.layers.read_only = options.layers.seccomp = true;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_TRUE(held(*report, "job"));
  for (const char* name : {"namespaces", "no network", "read-only files", "seccomp"}) {
    EXPECT_EQ(why_not(*report, name), std::string(name) + ": Windows has none");
    EXPECT_FALSE(held(*report, name));
  }
  options.layers.strict = true;
  const Result<Report> strict = run(options);
  ASSERT_FALSE(strict);
  EXPECT_STREQ(strict.error().call, "namespaces");
}

TEST(Job, IsRefusedWithALimitThatTheSystemForgets) {
  const std::pair<const char*, Limits> each[] = {
      {"cpu", {.cpu = 1}}, {"memory", {.memory = 64 * kMib}}, {"processes", {.processes = 10}}};
  for (const auto& [name, limits] : each) {
    Options options = hostile({"sleep"});
    options.limits = limits;
    options.limits.wall = Milliseconds(50);
    const Result<Report> report = run(options);
    // Wine 8 forgets, Windows does not.
    ASSERT_EQ(static_cast<bool>(report), !test::under_wine()) << name;
    if (report) continue;
    EXPECT_EQ(report.error().code, std::errc::not_supported);
    EXPECT_STREQ(report.error().call, name);
  }
}

TEST(Job, HoldsTheMemoryOfAllItsProcessesTogether) {
  if (test::under_wine()) GTEST_SKIP() << "Wine 8 does not keep a job's memory limit";
  const test::Waiting waiting("sixteen children that want too much", Milliseconds(60'000));
  Options options = hostile({"memory", "16", "16"});
  options.limits.memory = 64 * kMib;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->output.starts_with("16 of 16")) << report->output;
  EXPECT_LE(report->peak_memory, 64 * kMib);
}

TEST(Job, RefusesOneTheMemoryAndDoesNotEndIt) {
  if (test::under_wine()) GTEST_SKIP() << "Wine 8 does not keep a job's memory limit";
  Options options = hostile({"memory", "100"});
  options.limits.memory = 64 * kMib;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(test::unix_lines(report->output), "refused\n");
  EXPECT_EQ(report->ended, Ended::exited);
}

TEST(Job, HoldsTheNumberOfProcesses) {
  if (test::under_wine()) GTEST_SKIP() << "Wine 8 does not keep a job's limit of processes";
  const test::Waiting waiting("a program that starts what it can", Milliseconds(60'000));
  Options options = hostile({"starts", "20"});
  options.limits.processes = 10;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(test::unix_lines(report->output), "9 of 20 starts\n");  // it is one of the ten itself
  EXPECT_EQ(report->survivors.size(), 9U);
  EXPECT_GE(report->refused_forks, 1U);
}

TEST(Sweep, EndsABombThatIsStillGrowing) {
  const test::Waiting waiting("a bomb's end", Milliseconds(60'000));
  Options options = hostile({"bomb", "100000"});
  if (!test::under_wine()) options.limits.processes = 50;  // it would not keep it
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::exited);
  EXPECT_TRUE(report->swept);
}

}  // namespace
}  // namespace proclab::warden
