// tests/ch14 · the warden itself, in this process: what only Linux has.
#include <algorithm>
#include <csignal>
#include <thread>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch14_warden/warden.h"
#include "tests/ch14_warden/hostile.h"
#include "tests/support/deadline.h"

namespace proclab::warden {
namespace {

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

TEST(Run, RefusesReadOnlyFilesWithoutNamespaces) {
  Options options = probe({"exit", "0"});
  options.layers.read_only = true;
  EXPECT_EQ(run(options).error().code, std::errc::invalid_argument);
}

TEST(Wall, IsNotHeldUpByAReaderThatDoesNotRead) {
  const test::Waiting waiting("a flood into a pipe that nobody reads", Milliseconds(60'000));
  pipes::Pipe full = *pipes::make_pipe(), lifeline = *pipes::make_pipe();
  Options options = hostile({"flood"});
  options.command.slots = {spawn::Slot::from(0, lifeline.read.get())};
  options.limits.wall = Milliseconds(500);
  options.output = options.errors = full.write.get();
  std::uint64_t drained = 0;
  std::thread reader([&, room = pollfd{full.write.get(), POLLOUT, 0}]() mutable {
    // It reads only when the program has been ended: its deadline was heeded. How many bytes a full pipe
    // holds depends on how they came, so the kernel is asked whether there is room.
    while (::poll(&room, 1, 0) == 1) std::this_thread::yield();
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
