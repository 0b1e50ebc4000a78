// tests/ch12 · spawn(): what a child tells, in which order, and what it gets.
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch10_loop/timer.h"
#include "tests/ch12_child_process/child.h"

namespace proclab::child_process {
namespace {

class Spawn : public Children {};

TEST_F(Spawn, TellsSpawnExitAndClose) {
  Seen seen;
  const ChildProcess child = probe(seen, {"echo", "hello", "you"});
  EXPECT_TRUE(child.pid());
  EXPECT_FALSE(child.status());
  EXPECT_TRUE(seen.words.empty()) << "never within the call";
  run("a child that says hello");
  EXPECT_EQ(seen.words, (Words{"spawn", "exit 0", "close exit 0"}));
  EXPECT_EQ(seen.lines(), "hello you\n");
  EXPECT_EQ(child.status()->code, 0U);
  EXPECT_FALSE(child.killed());
  EXPECT_FALSE(child.connected());
}

TEST_F(Spawn, GivesTheCodeAndTheSignal) {
  Seen code, signal;
  const ChildProcess first = probe(code, {"exit", "42"});
  ChildProcess second = probe(signal, {"stdin-eof"});
  EXPECT_EQ(second.kill().value(), true);
  EXPECT_TRUE(second.killed());
  run("two children");
  EXPECT_EQ(code.words.back(), "close exit 42");
  EXPECT_EQ(signal.words, (Words{"spawn", "signal 15", "close signal 15"}));
  EXPECT_EQ(second.kill().value(), false) << "it has exited";
}

TEST_F(Spawn, AQuestionIsNoSignal) {
  Seen seen;
  ChildProcess child = probe(seen, {"stdin-eof"});
  EXPECT_EQ(child.kill(0).value(), true);
  EXPECT_FALSE(child.killed());
  child.input()->end();
  run("a child whose stdin has ended");
  EXPECT_EQ(seen.words.back(), "close exit 0");
  EXPECT_EQ(child.kill(0).value(), false);
}

TEST_F(Spawn, WhatIsNotThereIsAnErrorAndNoExit) {
  Seen seen;
  ChildProcess child = start(seen, "no-such-program-anywhere", {"an", "argument"});
  EXPECT_FALSE(child.pid());
  ASSERT_NE(child.input(), nullptr) << "so that nobody has to ask before writing";
  child.input()->write("to nobody");
  child.input()->end();
  EXPECT_TRUE(seen.words.empty()) << "never within the call";
  run("a program that is not there");
  EXPECT_EQ(seen.words, (Words{"error", "close nothing"}));
  EXPECT_EQ(seen.why(), std::errc::no_such_file_or_directory);
  EXPECT_EQ(child.spawn_file(), "no-such-program-anywhere");
  EXPECT_EQ(child.spawn_args(), (Words{"no-such-program-anywhere", "an", "argument"}));
  EXPECT_EQ(child.kill().value(), false);
}

TEST_F(Spawn, ADirectoryThatIsNotThereIsAnErrorOfTheSameKind) {
  Seen seen;
  (void)probe(seen, {"cwd"}, {.cwd = testing::TempDir() + "no-such-folder"});
  run("a child that has no place to be");
  EXPECT_EQ(seen.words, (Words{"error", "close nothing"}));
  EXPECT_EQ(seen.why(), std::errc::no_such_file_or_directory);
}

TEST_F(Spawn, AMistakeInTheCallIsNoEvent) {
  EXPECT_EQ(spawn(loop, "").error().code, std::errc::invalid_argument);
  EXPECT_EQ(spawn(loop, "x", {std::string("a\0b", 3)}).error().code, std::errc::invalid_argument);
  const Options twice{.stdio = {{}, {}, {}, Stdio::ipc(), Stdio::ipc()}};
  EXPECT_EQ(spawn(loop, "x", {}, twice).error().code, std::errc::invalid_argument);
  const Options nothing{.stdio = {{}, Stdio::handle(kNoHandle)}};
  EXPECT_EQ(spawn(loop, test::program("probe"), {}, nothing).error().code,
            std::errc::bad_file_descriptor);
  run("nothing");
}

TEST_F(Spawn, GivesItsDirectoryEnvironmentAndName) {
  Seen cwd, env, argv;
  (void)probe(cwd, {"cwd"}, {.cwd = testing::TempDir()});
  (void)probe(env, {"env", "CH12"}, {.env = {.changes = {{"CH12", "a b"}}}});
  (void)probe(argv, {"argv", "", "a \"b\" c"}, {.argv0 = "another name"});
  run("three children");
  const std::string folder =
      test::run({test::program("probe"), "cwd"}, {.cwd = testing::TempDir()}).out;
  EXPECT_EQ(cwd.output, folder);
  EXPECT_EQ(env.lines(), "\"CH12=a b\"\n");
  EXPECT_EQ(argv.lines(), "\"another name\"\n\"argv\"\n\"\"\n\"a \\\"b\\\" c\"\n");
}

TEST_F(Spawn, AnEnvironmentOfItsOwnHasNothingElse) {
  Seen seen;
  (void)probe(seen, {"env"}, {.env = {.empty = true, .changes = {{"ONLY", "this"}}}});
  run("a child with one variable");
  EXPECT_NE(seen.output.find("\"ONLY=this\""), std::string::npos);
  EXPECT_EQ(seen.output.find("\"PATH="), std::string::npos);
}

TEST_F(Spawn, FeedsAndDrainsMoreThanAnyPipeHolds) {
  Seen seen;
  ChildProcess child = probe(seen, {"cat"});
  const std::string much(3 << 20, 'x');
  bool taken = false;
  child.input()->write(much, [&](const Result<void>& how) { taken = how.has_value(); });
  child.input()->end();
  EXPECT_GE(child.input()->pending(), much.size() - (1 << 20));
  run("megabytes there and back");
  EXPECT_TRUE(taken);
  EXPECT_TRUE(seen.output == much);
  EXPECT_EQ(seen.words.back(), "close exit 0");
}

TEST_F(Spawn, AChildThatReadsNothingIsABrokenPipe) {
  Seen seen;
  ChildProcess child = probe(seen, {"exit", "0"});
  until("its end", [&] { return child.status().has_value(); });
  EXPECT_FALSE(child.input()->is_open()) << "closed at its exit";
  child.input()->write("late");  // does nothing
  run("close");
  EXPECT_EQ(seen.words.back(), "close exit 0");
}

TEST_F(Spawn, WhatNobodyReadsIsThrownAwayAtTheExit) {
  Result<ChildProcess> child = spawn(loop, test::program("probe"), {"flood", "1000"});
  bool closed = false;
  child->on().close = [&](const auto&) { closed = true; };
  run("a child whose output nobody wants");
  EXPECT_TRUE(closed);
}

TEST_F(Spawn, APauseLetsTheChildWait) {
  Seen seen;
  ChildProcess child = probe(seen, {"echo", "said"});
  child.output()->pause();
  until("its exit", [&] { return child.status().has_value(); });
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
  EXPECT_EQ(seen.output, "");
  EXPECT_EQ(seen.words, (Words{"spawn", "exit 0"})) << "close waits for the pipe";
  child.output()->resume();
  run("what it has said");
  EXPECT_EQ(seen.lines(), "said\n");
  EXPECT_EQ(seen.words.back(), "close exit 0");
}

TEST_F(Spawn, AGrandchildThatHoldsStdoutDelaysCloseAndNotExit) {
  Seen seen;
  const Command command = leaves_a_grandchild();
  pipes::Pipe gate = std::move(pipes::make_pipe()).value();
  ChildProcess child =
      start(seen, command.file, command.args, {.stdio = {Stdio::handle(gate.read.get())}});
  until("the exit", [&] { return child.status().has_value(); });
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(1))));
  EXPECT_EQ(seen.words, (Words{"spawn", "exit 7"}));
  gate.write.close();
  gate.read.close();
  run("the grandchild's end");
  EXPECT_EQ(seen.words, (Words{"spawn", "exit 7", "close exit 7"}));
}

TEST_F(Spawn, UnrefDoesNotWaitForIt) {
  Seen seen;
  pipes::Pipe gate = std::move(pipes::make_pipe()).value();
  ChildProcess child =
      probe(seen, {"stdin-eof"},
            {.stdio = {Stdio::handle(gate.read.get()), Stdio::ignore(), Stdio::inherit()}});
  child.unref();
  run("nobody");
  EXPECT_FALSE(child.status());
  child.ref();
  gate.write.close();
  run("the child");
  EXPECT_EQ(seen.words, (Words{"spawn", "exit 0", "close exit 0"}));
}

TEST_F(Spawn, ATimeoutKillsAndSaysSo) {
  Seen seen;
  ChildProcess child = probe(seen, {"stdin-eof"}, {.timeout = Milliseconds(1)});
  run("a child whose time is over");
  EXPECT_TRUE(child.timed_out() && child.killed());
  EXPECT_EQ(seen.words.back(), "close signal 15");
  Seen in_time;
  child = probe(in_time, {"exit", "0"}, {.timeout = Milliseconds(60'000)});
  run("a child that is in time, and not its clock");
  EXPECT_FALSE(child.timed_out() || child.killed());
}

TEST_F(Spawn, AnAbortKillsAndIsAnError) {
  AbortController controller;
  Seen seen, before;
  ChildProcess child = probe(seen, {"stdin-eof"},
                             {.kill_signal = proclab::spawn::kKill, .abort = controller.signal()});
  const loop::Timer timer = loop::Timer::once(loop, Milliseconds(1), [&] {
    controller.abort();
    EXPECT_FALSE(seen.error) << "never within the call";
  });
  run("a child that was aborted");
  EXPECT_EQ(seen.why(), std::errc::operation_canceled);
  EXPECT_EQ(seen.words, (Words{"spawn", "error", "signal 9", "close signal 9"}));
  (void)probe(before, {"stdin-eof"}, {.abort = controller.signal()});
  run("a child that was aborted before");
  EXPECT_EQ(before.words, (Words{"spawn", "error", "signal 15", "close signal 15"}));
}

TEST_F(Spawn, AnAbortAfterItsEndIsNothing) {
  AbortController controller;
  Seen seen;
  (void)probe(seen, {"exit", "0"}, {.abort = controller.signal()});
  run("a child");
  controller.abort();
  run("nothing");
  EXPECT_EQ(seen.words, (Words{"spawn", "exit 0", "close exit 0"}));
}

TEST_F(Spawn, ByAShellMakesOneCommandOfAll) {
  Seen seen;
  const ChildProcess child = start(seen, "echo", {"one", "two", "&&", "exit", "3"}, {.shell = ""});
  run("a shell");
  EXPECT_EQ(seen.lines().substr(0, 7), "one two");
  EXPECT_EQ(seen.words.back(), "close exit 3");
  EXPECT_EQ(child.spawn_args().back(),
            kWindows ? "\"echo one two && exit 3\"" : "echo one two && exit 3");
}

TEST_F(Spawn, TheShellMayBeAnyProgram) {
  Seen seen;
  const ChildProcess child = start(seen, "argv", {"x"}, {.shell = kProbe});
  run("a probe that is asked to be a shell");
  EXPECT_EQ(child.spawn_file(), kProbe);
  EXPECT_EQ(child.spawn_args(), (Words{kProbe, "-c", "argv x"}));
  EXPECT_EQ(seen.words.back(), "close exit 2") << "it knows no -c";
}

TEST_F(Spawn, LivesOnWhenNobodyHoldsIt) {
  Words words;
  {
    Result<ChildProcess> child = spawn(loop, test::program("probe"), {"exit", "5"});
    ASSERT_TRUE(child);
    child->on().close = [&words](const auto& how) { words.push_back(how->text()); };
  }
  run("a child that nobody holds");
  EXPECT_EQ(words, Words{"exit 5"});
}

TEST_F(Spawn, ACallbackMayHoldItsOwnChild) {
  Result<ChildProcess> child = spawn(loop, test::program("probe"), {"echo", "x"});
  std::string text;
  child->output()->read([&text, held = *child](std::string_view bytes) { text += bytes; });
  child->on().exit = [held = *child](const ExitStatus&) {};
  child->output()->read([&text](std::string_view bytes) { text += bytes; });
  run("a child that holds itself");
  EXPECT_EQ(test::unix_lines(text), "x\n");
}

TEST_F(Spawn, ManyAtOnceEachTellsItsOwn) {
  constexpr int kMany = kWindows ? 5 : 40;
  std::vector<std::unique_ptr<Seen>> all;
  for (int i = 0; i < kMany; ++i) {
    all.push_back(std::make_unique<Seen>());
    (void)probe(*all.back(), {"echo", std::to_string(i)});
  }
  run("all of them");
  for (int i = 0; i < kMany; ++i) {
    EXPECT_EQ(all[i]->lines(), std::to_string(i) + "\n");
    EXPECT_EQ(all[i]->words.back(), "close exit 0");
  }
}

}  // namespace
}  // namespace proclab::child_process
