// tests/ch14 · the warden itself, in this process: a test for each limit, and for who flees.
#include <algorithm>
#include <csignal>
#include <thread>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch14_warden/warden.h"
#include "tests/ch14_warden/hostile.h"
#include "tests/support/deadline.h"

namespace proclab::warden {
namespace {

/// Whether that process is still there, in whatever state.
bool alive(Pid pid) { return ::kill(pid, 0) == 0; }

Options probe(std::vector<std::string> words) {
  Options options = hostile(std::move(words));
  options.command.file = test::program("probe");
  return options;
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
  EXPECT_GT(report->peak_memory, 0U);
}

TEST(Run, TellsACodeFromASignal) {
  const Result<Report> code = run(probe({"exit", "7"}));
  ASSERT_TRUE(code);
  EXPECT_EQ(code->ended, Ended::exited);
  EXPECT_EQ(code->status.code, 7U);
  const Result<Report> signal = run(probe({"die", "SIGSEGV"}));
  ASSERT_TRUE(signal);
  EXPECT_EQ(signal->ended, Ended::killed);
  EXPECT_EQ(signal->status.signal, SIGSEGV);
}

TEST(Run, SaysWhyAProgramDidNotStart) {
  Options options = hostile({});
  options.command.file = "/no/such/program";
  const Result<Report> report = run(options);
  ASSERT_FALSE(report);
  EXPECT_STREQ(report.error().call, "execve");
  EXPECT_EQ(report.error().code, std::errc::no_such_file_or_directory);
}

TEST(Run, ReadsNoStdinUnlessItIsGivenOne) {
  const test::Waiting waiting("a command that reads stdin");
  const Result<Report> report = run(probe({"stdin-eof"}));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::exited);
}

TEST(Run, GivesNoDescriptorButTheThree) {
  const pipes::Pipe open_here = *pipes::make_pipe();
  for (const bool inside : {false, true}) {
    Options options = probe({"fds"});
    options.layers.namespaces = inside;
    const Result<Report> report = run(options);
    ASSERT_TRUE(report);
    EXPECT_EQ(std::count(report->output.begin(), report->output.end(), '\n'), 3) << report->output;
  }
}

TEST(Run, RefusesWhenThisProcessHasAChild) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  const Result<Report> report = run(probe({"exit", "0"}));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, std::errc::device_or_resource_busy);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
}

TEST(Run, RefusesSlotsThatAreTheWardens) {
  Options options = probe({"exit", "0"});
  options.command.slots = {spawn::Slot::null(2)};
  EXPECT_EQ(run(options).error().code, std::errc::invalid_argument);
  options = probe({"exit", "0"});
  options.layers.read_only = true;
  EXPECT_EQ(run(options).error().code, std::errc::invalid_argument);
}

TEST(Wall, EndsWhoBlocksEverySignal) {
  const test::Waiting waiting("a deaf program's deadline");
  Options options = hostile({"deaf"});
  options.limits.wall = Milliseconds(50);
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::wall);
  EXPECT_EQ(report->status.signal, SIGKILL);
  EXPECT_GE(report->wall, Milliseconds(50));
  EXPECT_TRUE(report->swept);
}

TEST(Wall, IsNotHeldUpByAReaderThatDoesNotRead) {
  const test::Waiting waiting("a flood into a pipe that nobody reads", Milliseconds(60'000));
  pipes::Pipe full = *pipes::make_pipe(), lifeline = *pipes::make_pipe();
  Options options = hostile({"flood"});
  options.command.slots = {spawn::Slot::from(0, lifeline.read.get())};
  options.limits.wall = Milliseconds(100);
  options.output = options.errors = full.write.get();
  std::uint64_t drained = 0;
  std::thread reader([&] {  // reads only when the program has been ended: its deadline was heeded
    while (*pipes::unread(full.read.get()) + 4096 < *pipes::capacity(full.read.get())) {
      std::this_thread::yield();
    }
    lifeline.read.close();
    pollfd gone{lifeline.write.get(), 0, 0};
    ::poll(&gone, 1, -1);
    drained = pipes::read_all(full.read.get())->size();
  });
  const Result<Report> report = run(options);
  full.write.close();
  reader.join();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::wall);
  EXPECT_EQ(drained, report->output_bytes);
}

TEST(Output, ThatNobodyReadsAnyMoreEndsTheProgramAsAPipeDoes) {
  const test::Waiting waiting("a flood whose reader has left");
  pipes::Pipe left = *pipes::make_pipe();
  left.read.close();
  Options options = hostile({"flood"});
  options.output = options.errors = left.write.get();
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->status.signal, SIGPIPE);
}

TEST(Cpu, EndsASpinThatIgnoresWhatCanBeIgnored) {
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

TEST(Files, RunOutWithoutHarm) {
  Options options = hostile({"files"});
  options.limits.files = 32;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->output, "the last descriptor was 31: Too many open files\n");
}

TEST(FileSize, IsASignalOfItsOwn) {
  Options options = hostile({"fill"});
  options.limits.file_size = 100'000;
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::file_size);
  EXPECT_EQ(report->status.signal, SIGXFSZ);
}

TEST(Sweep, EndsWhoFledAndNamesIt) {
  const test::Waiting waiting("a grandchild that holds stdout");
  const Result<Report> report = run(hostile({"flee"}));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::exited);
  EXPECT_EQ(report->output, "it has fled\n");  // and nobody waited for the end of that pipe
  ASSERT_EQ(report->survivors.size(), 1U);
  EXPECT_EQ(report->survivors[0].command, test::program("ch14_hostile") + " flee");
  EXPECT_TRUE(report->swept);
  EXPECT_FALSE(alive(report->survivors[0].pid));
}

TEST(Sweep, EndsABombThatIsStillGrowing) {
  const test::Waiting waiting("a bomb's end", Milliseconds(60'000));
  Options options = hostile({"bomb", "100000"});
  options.limits.wall = Milliseconds(500);
  options.limits.processes = 50;
  if (::geteuid() == 0) options.command.uid = options.command.gid = 61'234;  // nobody else's
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->swept);
  EXPECT_LE(report->survivors.size(), 60U);
  EXPECT_TRUE(report->ended == Ended::wall || report->ended == Ended::exited) << report->why;
}

TEST(Stop, EndsTheTree) {
  const test::Waiting waiting("a stop");
  pipes::Pipe lifeline = *pipes::make_pipe();
  lifeline.write.close();
  Options options = hostile({"deaf"});
  options.stop = lifeline.read.get();
  const Result<Report> report = run(options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ended, Ended::stopped);
  EXPECT_TRUE(report->swept);
}

TEST(Run, LeavesTheAdopterAsItWas) {
  ASSERT_TRUE(run(probe({"exit", "0"})));
  // An orphan of ours would now come to us, if it had stayed on: the leak guard would see it.
  const pid_t child = ::fork();
  if (child == 0) {
    if (::fork() == 0) ::_exit(0);
    ::_exit(0);
  }
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
}

}  // namespace
}  // namespace proclab::warden
