// tests/ch12 · the synchronous calls: the same, while everything else waits.
#include "chapters/ch12_child_process/sync.h"

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch10_loop/timer.h"
#include "tests/ch12_child_process/child.h"

namespace proclab::child_process {
namespace {

std::error_code code_of(const ExecResult& result) {
  return result.error ? result.error->code : std::error_code{};
}

TEST(Sync, GivesOutputErrorsAndStatus) {
  const test::Waiting waiting("two programs");
  const ExecResult said = spawn_sync(kProbe, {"echo", "x"});
  EXPECT_EQ(test::unix_lines(said.output), "x\n");
  EXPECT_EQ(said.errors, "");
  EXPECT_TRUE(said.success() && said.pid);
  const ExecResult code = spawn_sync(kProbe, {"exit", "9"});
  EXPECT_EQ(code.status->code, 9U);
  EXPECT_FALSE(code.success() || code.error);
}

TEST(Sync, FeedsAndDrainsMegabytes) {
  const test::Waiting waiting("cat");
  const std::string much(5 << 20, 'y');
  const ExecResult cat = spawn_sync(kProbe, {"cat"}, {.input = much, .max_buffer = 6 << 20});
  EXPECT_TRUE(cat.success()) << cat.text();
  EXPECT_TRUE(cat.output == much);
}

TEST(Sync, AnInputThatNobodyWantsIsNoError) {
  const test::Waiting waiting("a program that does not read");
  const ExecResult result = spawn_sync(kProbe, {"exit", "0"}, {.input = std::string(1 << 20, 'y')});
  EXPECT_TRUE(result.success()) << result.text();
}

TEST(Sync, WithoutInputStdinIsAtItsEnd) {
  const test::Waiting waiting("cat");
  EXPECT_TRUE(spawn_sync(kProbe, {"cat"}).success());
}

TEST(Sync, EverythingThatGoesWrongIsInTheResult) {
  const test::Waiting waiting("programs that fail");
  const ExecResult none = spawn_sync("no-such-program-anywhere");
  EXPECT_EQ(code_of(none), std::errc::no_such_file_or_directory);
  EXPECT_FALSE(none.status || none.pid);
  EXPECT_EQ(code_of(spawn_sync("")), std::errc::invalid_argument);
  const Options channel{.stdio = {{}, {}, {}, Stdio::ipc()}};
  EXPECT_EQ(code_of(spawn_sync(kProbe, {"exit", "0"}, {.child = channel})),
            std::errc::invalid_argument);
}

TEST(Sync, ATimeoutKillsAndSaysSo) {
  const test::Waiting waiting("a program that waits for ever");
  pipes::Pipe never = std::move(pipes::make_pipe()).value();
  const ExecResult late = spawn_sync(kProbe, {"stdin-eof"},
                                     {.child = {.stdio = {Stdio::handle(never.read.get())},
                                                .timeout = Milliseconds(1),
                                                .kill_signal = proclab::spawn::kKill}});
  EXPECT_EQ(code_of(late), std::errc::timed_out);
  EXPECT_EQ(late.status->signal, proclab::spawn::kKill);
  EXPECT_TRUE(late.killed);
}

TEST(Sync, TooMuchIsCutAndSaidSo) {
  const test::Waiting waiting("a flood");
  const ExecResult much = spawn_sync(kProbe, {"flood", "100000"}, {.max_buffer = 10});
  EXPECT_EQ(code_of(much), std::errc::no_buffer_space);
  EXPECT_EQ(much.output, "0123456789");
}

TEST(Sync, AShellRunsACommand) {
  const test::Waiting waiting("a shell");
  const ExecResult result = exec_sync("echo one&& exit 4");
  EXPECT_EQ(test::unix_lines(result.output), "one\n");
  EXPECT_EQ(result.status->code, 4U);
}

TEST(Sync, WithinACallbackItBlocksTheLoop) {
  const test::Waiting waiting("a timer");
  loop::Loop loop = std::move(loop::Loop::open()).value();
  int ticks = 0, meanwhile = -1;
  loop::Timer timer = loop::Timer::every(loop, Milliseconds(1), [&] {
    if (++ticks != 2) return;
    (void)spawn_sync(kProbe, {"exit", "0"});
    meanwhile = ticks - 2;
    timer.close();
  });
  ASSERT_TRUE(loop.run());
  EXPECT_EQ(meanwhile, 0);
}

}  // namespace
}  // namespace proclab::child_process
