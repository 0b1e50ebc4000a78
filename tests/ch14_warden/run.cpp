// tests/ch14 · the warden itself, in this process, on both systems: a test for each limit, and for who flees.
#include <algorithm>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch14_warden/warden.h"
#include "tests/ch14_warden/hostile.h"
#include "tests/support/deadline.h"
#include "tests/support/gate.h"
#include "tests/support/wine.h"

namespace proclab::warden {
namespace {

/// Whether that process is still there, in whatever state.
bool alive(Pid pid) {
  const std::vector<reaping::Member> all = reaping::processes().value();
  return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.pid == pid; });
}

TEST(Run, GivesTheCommandsOwnEndAndOutput) {
  const Result<Report> report = run(probe({"echo", "hello"}));
  ASSERT_TRUE(report) << report.error().message();
  EXPECT_EQ(report->ended, Ended::exited);
  EXPECT_TRUE(report->status.success());
  EXPECT_EQ(report->output, "hello\n");
  EXPECT_EQ(report->output_bytes, 6U);
  EXPECT_EQ(report->error_bytes, 0U);
  EXPECT_TRUE(report->swept);
  EXPECT_TRUE(report->survivors.empty());
}

TEST(Run, CountsTheMemory) {
  const Result<Report> report = run(probe({"echo", "hello"}));
  ASSERT_TRUE(report);
  if (test::under_wine()) GTEST_SKIP() << "Wine 8 does not say how much memory a job has had";
  EXPECT_GT(report->peak_memory, 0U);
}

TEST(Run, TellsTheCommandsOwnCode) {
  const Result<Report> report = run(probe({"exit", "7"}));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::exited);
  EXPECT_EQ(report->status, (spawn::ExitStatus{7, 0, false}));
}

TEST(Run, SaysWhyAProgramDidNotStart) {
  Options options = hostile({});
  options.command.file = "/no/such/program";
  const Result<Report> report = run(options);
  ASSERT_FALSE(report);
  EXPECT_STREQ(report.error().call, kWindows ? "CreateProcessW" : "execve");
  EXPECT_EQ(report.error().code, std::errc::no_such_file_or_directory);
}

TEST(Run, ReadsNoStdinUnlessItIsGivenOne) {
  const test::Waiting waiting("a command that reads stdin");
  const Result<Report> report = run(probe({"stdin-eof"}));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::exited);
}

TEST(Run, RefusesSlotsThatAreTheWardens) {
  Options options = probe({"exit", "0"});
  options.command.slots = {spawn::Slot::null(2)};
  EXPECT_EQ(run(options).error().code, std::errc::invalid_argument);
}

TEST(Wall, EndsWhoBlocksEverySignal) {
  const test::Waiting waiting("a deaf program's deadline");
  Options options = hostile({"deaf"});
  options.limits.wall = Milliseconds(50);
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::wall);
  EXPECT_EQ(report->status.signal, spawn::kKill);
  EXPECT_GE(report->wall, Milliseconds(50));
  EXPECT_TRUE(report->swept);
}

TEST(Output, ThatNobodyReadsAnyMoreEndsTheProgramAsAPipeDoes) {
  const test::Waiting waiting("a flood whose reader has left");
  pipes::Pipe left = *pipes::make_pipe();
  left.read.close();
  Options options = hostile({"flood"});
  options.output = options.errors = left.write.get();
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  // SIGPIPE; on Windows the write fails, and the program gives up with 1.
  EXPECT_EQ(report->ended, kWindows ? Ended::exited : Ended::killed) << report->why;
  EXPECT_EQ(report->status.code, kWindows ? 1U : 0U);
}

TEST(Cpu, EndsASpinThatIgnoresWhatCanBeIgnored) {
  if (test::under_wine()) GTEST_SKIP() << "Wine 8 neither counts nor limits a job's CPU time";
  const test::Waiting waiting("a second of CPU time", Milliseconds(60'000));
  Options options = hostile({"spin"});
  options.limits.cpu = 1;
  options.limits.wall = Milliseconds(50'000);
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::cpu) << report->why;
  EXPECT_GE(report->cpu, std::chrono::milliseconds(900));
}

TEST(Output, IsCutAndSaid) {
  const test::Waiting waiting("a flood that is cut");
  Options options = hostile({"flood"});
  options.limits.output = 100'000;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::output);
  EXPECT_TRUE(report->output_cut);
  EXPECT_EQ(report->output.size(), 100'000U);
  EXPECT_EQ(report->output_bytes, 100'000U);
}

TEST(Output, CountsBothStreamsTogether) {
  Options options = probe({"flood", "5000", "--stderr"});
  options.limits.output = 5000;
  const Result<Report> all = run(options);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->ended, Ended::exited);  // exactly as much as it may
  EXPECT_EQ(all->error_bytes, 5000U);
  options.limits.output = 4999;
  const Result<Report> cut = run(options);
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->ended, Ended::output);
  EXPECT_EQ(cut->error_bytes, 4999U);
}

TEST(Output, OfAMegabyteArrivesWhole) {
  const Result<Report> report = run(probe({"flood", "1000000"}));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::exited);
  EXPECT_EQ(report->output.size(), 1'000'000U);
}

TEST(Sweep, EndsWhoFledAndNamesIt) {
  const test::Waiting waiting("a grandchild that holds stdout");
  const Result<Report> report = run(hostile({"flee"}));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::exited);
  // Nobody waited for the end of that pipe. On Windows it asked to be let out of the job, in vain.
  EXPECT_EQ(test::unix_lines(report->output), "it has fled\n");
  ASSERT_EQ(report->survivors.size(), 1U);
  const std::string& command = report->survivors[0].command;
  EXPECT_TRUE(command.ends_with(kWindows ? "ch14_hostile.exe\" deaf" : "ch14_hostile flee"))
      << command;
  EXPECT_TRUE(report->swept);
  EXPECT_FALSE(alive(report->survivors[0].pid));
}

TEST(Stop, EndsTheTree) {
  const test::Waiting waiting("a stop");
  test::Gate told;
  told.open();
  Options options = hostile({"deaf"});
  options.stop = told.waiter();
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::stopped);
  EXPECT_TRUE(report->swept);
}

}  // namespace
}  // namespace proclab::warden
