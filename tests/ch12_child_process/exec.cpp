// tests/ch12 · exec() and exec_file(): all that a program said, how it ended, and what bounds both.
#include "chapters/ch12_child_process/exec.h"

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch10_loop/timer.h"
#include "tests/ch12_child_process/child.h"

namespace proclab::child_process {
namespace {

class Exec : public Children {
 protected:
  /// Runs it to its end. What comes is `result`.
  ChildProcess shell(const std::string& command, ExecOptions options = {}) {
    return kept(exec(loop, command, std::move(options), told()));
  }
  ChildProcess file(std::vector<std::string> args, ExecOptions options = {}) {
    return kept(
        exec_file(loop, test::program("probe"), std::move(args), std::move(options), told()));
  }
  OnExec told() {
    times = 0;
    return [this](const ExecResult& how) { result = how, ++times; };
  }
  static ChildProcess kept(Result<ChildProcess> child) {
    EXPECT_TRUE(child) << child.error().message();
    return *child;
  }
  [[nodiscard]] std::error_code why() const {
    return result.error ? result.error->code : std::error_code{};
  }
  ExecResult result;
  int times = 0;
};

TEST_F(Exec, GivesAllThatItSaid) {
  const ChildProcess child = shell("echo out&& echo err >&2");
  run("a shell");
  EXPECT_EQ(times, 1);
  EXPECT_EQ(test::unix_lines(result.output), "out\n");
  EXPECT_EQ(test::unix_lines(result.errors).substr(0, 3), "err");
  EXPECT_TRUE(result.success()) << result.text();
  EXPECT_EQ(result.pid, child.pid());
  EXPECT_FALSE(result.killed);
}

TEST_F(Exec, ACodeIsNoError) {
  (void)shell("exit 3");
  run("a shell");
  EXPECT_FALSE(result.success());
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.status->code, 3U);
  EXPECT_EQ(result.text(), "Command failed: exit 3 (exit 3)");
}

TEST_F(Exec, WithoutAShellNothingMeansAnything) {
  (void)file({"echo", "$HOME", "%PATH%", "; exit 1", "&&", "'\""});
  run("a program");
  EXPECT_EQ(test::unix_lines(result.output), "$HOME %PATH% ; exit 1 && '\"\n");
}

TEST_F(Exec, WhatIsNotThereIsTold) {
  kept(exec_file(loop, "no-such-program-anywhere", {"x"}, {}, told()));
  EXPECT_EQ(times, 0);
  run("nothing");
  EXPECT_EQ(times, 1);
  EXPECT_EQ(why(), std::errc::no_such_file_or_directory);
  EXPECT_FALSE(result.status);
  EXPECT_FALSE(result.pid);
  EXPECT_EQ(result.command, "no-such-program-anywhere x");
}

TEST_F(Exec, JustTheLimitIsFine) {
  (void)file({"flood", "1000"}, {.max_buffer = 1000});
  run("a thousand bytes");
  EXPECT_TRUE(result.success()) << result.text();
  EXPECT_EQ(result.output.size(), 1000U);
}

TEST_F(Exec, OneByteMoreIsCutAndKilledAndSaidSo) {
  (void)file({"flood", "100000000"}, {.max_buffer = 1000});
  run("a flood");
  EXPECT_EQ(why(), std::errc::no_buffer_space);
  EXPECT_EQ(result.output.size(), 1000U);
  EXPECT_TRUE(result.killed);
  EXPECT_EQ(result.status->signal, proclab::spawn::kTerminate);
  EXPECT_NE(result.text().find("output: more than 1000 bytes"), std::string::npos);
  (void)file({"flood", "1001", "--stderr"}, {.max_buffer = 1000});
  run("a small flood of errors");
  EXPECT_EQ(why(), std::errc::no_buffer_space);
  EXPECT_EQ(result.errors.size(), 1000U);
}

TEST_F(Exec, TheLimitCountsBytesAndCutsBetweenCharacters) {
  (void)file({"echo", "€€€"}, {.max_buffer = 5});
  run("three characters of three bytes");
  EXPECT_EQ(result.output, "€") << "not three, as in Node, and not one and two thirds";
  EXPECT_EQ(why(), std::errc::no_buffer_space);
  (void)file({"echo", "€€€"}, {.max_buffer = 5, .encoding = Encoding::bytes});
  run("the same as bytes");
  EXPECT_EQ(result.output, std::string("€€").substr(0, 5));
}

TEST_F(Exec, ATimeoutSaysSo) {
  (void)file({"stdin-eof"}, {.child = {.timeout = Milliseconds(1)}});
  run("a program that waits");
  EXPECT_EQ(why(), std::errc::timed_out);
  EXPECT_TRUE(result.killed);
  EXPECT_EQ(result.status->signal, proclab::spawn::kTerminate);
}

TEST_F(Exec, ATimeoutReachesWhatTheLeaderHasStarted) {
  const Command command = leaves_a_grandchild();
  pipes::Pipe never = std::move(pipes::make_pipe()).value();
  const Options options{.stdio = {Stdio::handle(never.read.get())}, .timeout = Milliseconds(20)};
  kept(exec_file(loop, command.file, command.args, {.child = options}, told()));
  run("all that holds stdout");
  EXPECT_EQ(why(), std::errc::timed_out);
}

TEST_F(Exec, AnEndReachesAlsoWhatTheLeaderHasLeftBehind) {
  // It has exited, and its grandchild holds stdout: only the end of all of it ends this.
  const Command command = leaves_a_grandchild();
  pipes::Pipe never = std::move(pipes::make_pipe()).value();
  AbortController controller;
  const Options options{.stdio = {Stdio::handle(never.read.get())}, .abort = controller.signal()};
  ChildProcess child =
      kept(exec_file(loop, command.file, command.args, {.child = options}, told()));
  child.on().exit = [&](const ExitStatus&) { controller.abort(); };
  run("a grandchild");
  EXPECT_EQ(result.status->code, 7U);
  EXPECT_EQ(why(), std::errc::operation_canceled);
  EXPECT_NE(result.output, "") << "what was said before is kept";
}

TEST_F(Exec, AnAbortSaysSo) {
  AbortController controller;
  (void)file({"stdin-eof"}, {.child = {.abort = controller.signal()}});
  const loop::Timer timer = loop::Timer::once(loop, Milliseconds(1), [&] { controller.abort(); });
  run("a program that waits");
  EXPECT_EQ(why(), std::errc::operation_canceled);
  EXPECT_TRUE(result.killed);
}

TEST_F(Exec, TheUserMayListenToo) {
  ChildProcess child = file({"exit", "1"});
  Seen seen;
  child.on().exit = [&](const ExitStatus& how) { seen.words.push_back(how.text()); };
  run("a program");
  EXPECT_EQ(seen.words, Words{"exit 1"});
  EXPECT_EQ(times, 1);
}

TEST_F(Exec, AMistakeInTheCallIsReturned) {
  const Result<ChildProcess> child = exec_file(loop, "x", {std::string("a\0b", 3)}, {}, told());
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, std::errc::invalid_argument);
  run("nothing");
  EXPECT_EQ(times, 0);
}

}  // namespace
}  // namespace proclab::child_process
