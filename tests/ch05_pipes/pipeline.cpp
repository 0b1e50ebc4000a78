// tests/ch05 · a | b | c: what flows, what ends, and whose status is whose.
#include "chapters/ch05_pipes/pipeline.h"

#include <gtest/gtest.h>

#include <thread>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch05_pipes/redirect.h"
#include "tests/ch05_pipes/children.h"
#include "tests/support/deadline.h"

namespace proclab::pipes {
namespace {

using spawn::Slot;
using test::Waiting;

struct Ran {
  std::string out;
  PipeStatus status;
  [[nodiscard]] std::vector<int> codes() const {
    std::vector<int> all;
    for (const auto& end : status) all.push_back(shell_code(end));
    return all;
  }
};

/// Runs it with the first stage's stdin empty, and what the last one prints caught.
Ran run(std::vector<Stage> stages) {
  const Waiting waiting("a pipeline that ends");
  Pipe result = *make_pipe();
  stages.front().program.slots.push_back(Slot::null(0));
  stages.back().program.slots.push_back(Slot::from(1, result.write.get()));
  Pipeline pipeline = start_pipeline(std::move(stages));
  result.write.close();
  Ran ran;
  ran.out = test::unix_lines(*read_all(result.read.get()));
  ran.status = pipeline.wait();
  return ran;
}

std::vector<Stage> stages(const std::vector<std::vector<std::string>>& probes) {
  std::vector<Stage> all;
  for (const auto& args : probes) all.push_back({probe(args)});
  return all;
}

using Codes = std::vector<int>;

TEST(Pipeline, OneStageIsAProgram) {
  const Ran ran = run(stages({{"flood", "8"}}));
  EXPECT_EQ(ran.out, "01234567");
  EXPECT_EQ(ran.codes(), Codes({0}));
}

TEST(Pipeline, OfAnyLength) {
  for (const int length : {2, kWindows ? 4 : 20}) {
    std::vector<std::vector<std::string>> all(length, {"cat"});
    all.front() = {"flood", "300000"};
    const Ran ran = run(stages(all));
    EXPECT_TRUE(ran.out == flood(300'000)) << length;
    EXPECT_EQ(ran.codes(), Codes(length, 0));
  }
}

TEST(Pipeline, NoStagesAreNothing) {
  EXPECT_TRUE(start_pipeline({}).wait().empty());
  EXPECT_EQ(shell_code(PipeStatus{}, true), 0);
}

TEST(Pipeline, KeepsEachStatus) {
  const Ran ran = run(stages({{"exit", "1"}, {"exit", "0"}, {"exit", "3"}, {"exit", "0"}}));
  EXPECT_EQ(ran.codes(), Codes({1, 0, 3, 0}));
  EXPECT_EQ(shell_code(ran.status, false), 0);  // what most scripts ever look at
  EXPECT_EQ(shell_code(ran.status, true), 3);   // pipefail: the last one that failed
}

TEST(Pipeline, AStageThatCannotBeStartedStopsNoOtherAndAllAreBuried) {
  for (int bad = 0; bad < 3; ++bad) {
    std::vector<Stage> all = stages({{"flood", "100"}, {"cat"}, {"cat"}});
    all[bad].program.file = "no-such-program";
    const Ran ran = run(all);
    for (int i = 0; i < 3; ++i) {
      if (i == bad) {
        ASSERT_FALSE(ran.status[i]);
        EXPECT_EQ(ran.codes()[i], 127);
      } else {
        EXPECT_TRUE(ran.status[i]) << ran.status[i].error().message();
      }
    }
    EXPECT_EQ(ran.out, "") << bad;  // who comes after it reads an empty file
    EXPECT_EQ(shell_code(ran.status, true), 127);
  }
}

TEST(Pipeline, AWriterWhoseReaderLeavesDoesNotRunOn) {
  const Ran ran = run(stages({{"flood", "1000000000"}, {"exit", "0"}}));
  EXPECT_EQ(ran.codes(),
            Codes({kWindows ? 1 : 128 + 13, 0}));  // SIGPIPE; there an error of WriteFile
  EXPECT_EQ(shell_code(ran.status, true), kWindows ? 1 : 141);
}

TEST(Pipeline, ARedirectionWinsOverThePipe) {
  std::vector<Stage> all = stages({{"flood", "10"}, {"cat"}, {"cat"}});
  const Result<Handle> text = here_string("instead\n");
  all[1].program.slots = {Slot::from(0, text->get())};
  EXPECT_EQ(run(all).out, "instead\n");

  all = stages({{"flood", "10"}, {"cat"}});
  all[0].program.slots = {Slot::null(1)};
  EXPECT_EQ(run(all).out, "");
}

TEST(Pipeline, ErrorsGoAlongWhenAskedTo) {
  std::vector<Stage> all = stages({{"flood", "10", "--stderr"}, {"cat"}});
  all[0].errors_too = true;
  EXPECT_EQ(run(all).out, "0123456789");
}

TEST(Pipeline, KillReachesEveryStage) {
  const Waiting waiting("stages that were killed");
  HeldStdin held;
  std::vector<Stage> all = stages({{"stdin-eof"}, {"stdin-eof"}});
  // Each holds on to a stdin of its own: the second must not end because the first is gone.
  for (Stage& stage : all) stage.program.slots = {held.slot()};
  Pipeline pipeline = start_pipeline(all);
  pipeline.kill(spawn::kKill);
  for (const auto& end : pipeline.wait()) EXPECT_EQ(end->signal, spawn::kKill);
}

TEST(ShellCode, OfEachKindOfEnd) {
  using spawn::ExitStatus;
  EXPECT_EQ(shell_code(ExitStatus{7, 0, false}), 7);
  EXPECT_EQ(shell_code(ExitStatus{0, 9, false}), 137);
  EXPECT_EQ(shell_code(make_error("execve", std::errc::no_such_file_or_directory)), 127);
  EXPECT_EQ(shell_code(make_error("execve", std::errc::permission_denied)), 126);
  EXPECT_EQ(shell_code(make_error("pipe2", std::errc::too_many_files_open)), 126);
}

}  // namespace
}  // namespace proclab::pipes
