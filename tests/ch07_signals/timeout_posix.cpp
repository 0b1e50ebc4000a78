// tests/ch07 · a timeout that reaches a whole group, and one that passes signals on.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch07_signals/ending.h"
#include "chapters/ch07_signals/mask_posix.h"
#include "chapters/ch07_signals/send.h"
#include "chapters/ch07_signals/timeout.h"
#include "tests/ch07_signals/fork_posix.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::signals {
namespace {

using test::Waiting;

/// A shell that runs `script`, and what it and its children print.
struct Family {
  Handle out;
  spawn::Process leader;

  Family(const std::string& script, spawn::Attach attach) : leader(start(script, attach)) {}
  spawn::Process start(const std::string& script, spawn::Attach attach) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    out = Handle(ends[0]);
    const Handle in(ends[1]);
    spawn::Options options;
    options.file = "/bin/sh";
    options.args = {"-c", script, "sh", test::program("sleeper")};
    options.slots = {spawn::Slot::from(1, in.get())};
    options.attach = attach;
    return std::move(spawn::start(options)).value();
  }
  /// Reads until `count` of them are ready.
  void wait_until_ready(long count) {
    for (char c; count > 0 && ::read(out.get(), &c, 1) == 1;) count -= c == '\n' ? 1 : 0;
  }
  /// Waits until all that held the pipe are gone; what they still print is none of ours.
  bool all_gone() {
    char c;
    ssize_t size;
    while ((size = ::read(out.get(), &c, 1)) == 1) {
    }
    return size == 0;
  }
};

TEST(TimeoutOfAGroup, EndsEveryMemberAlsoTheOneThatIgnoresIt) {
  const Waiting waiting("a family of three, of which one is stubborn");
  Family family("\"$1\" & \"$1\" --ignore-term & wait", spawn::Attach::new_group);
  family.wait_until_ready(2);
  const Result<Limited> end =
      wait_limited(family.leader, {.span = Milliseconds(0),
                                   .grace = Milliseconds(10'000),  // the shell heeds TERM at once
                                   .reach = Reach::group});
  ASSERT_TRUE(end) << end.error().message();
  EXPECT_TRUE(end->timed_out);
  EXPECT_EQ(end->status.signal, kTerminate);
  EXPECT_TRUE(family.all_gone());
}

TEST(TimeoutOfAGroup, OneThatOnlyReachesTheChildLeavesTheRest) {
  const Waiting waiting("a family of two");
  Family family("\"$1\" & echo $!; wait", spawn::Attach::new_group);
  // Two lines, in whichever order: the shell's, which is a number, and the sleeper's, which has no digit.
  std::string pid;
  int lines = 0;
  for (char c; lines < 2 && ::read(family.out.get(), &c, 1) == 1;) {
    if (c == '\n') ++lines;
    if (c >= '0' && c <= '9') pid += c;
  }
  const Result<Limited> end = wait_limited(family.leader, {.span = Milliseconds(0)});
  ASSERT_TRUE(end);
  EXPECT_EQ(end->status.signal, kTerminate);
  EXPECT_TRUE(send(std::stoi(pid), kKill)) << "it lives, and nobody but us knows of it";
  EXPECT_TRUE(family.all_gone());
}

TEST(TimeoutOfAGroup, WakesWhoIsStopped) {
  const Waiting waiting("a stopped child that is told to end");
  Family family("kill -STOP $$; echo not reached", spawn::Attach::new_group);
  siginfo_t stopped;
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(family.leader.pid()), &stopped, WSTOPPED | WNOWAIT),
            0);
  const Result<Limited> end =
      wait_limited(family.leader, {.span = Milliseconds(0), .reach = Reach::group});
  ASSERT_TRUE(end);
  EXPECT_EQ(end->status.signal, kTerminate);
  EXPECT_TRUE(family.all_gone());
}

TEST(TimeoutOfAGroup, OfSigkillNobodyIsSpared) {
  const Waiting waiting("a family of stubborn ones");
  Family family("trap '' TERM; \"$1\" --ignore-term & \"$1\" --ignore-term & wait; wait",
                spawn::Attach::new_session);
  family.wait_until_ready(2);
  const Result<Limited> end = wait_limited(
      family.leader, {.span = Milliseconds(0), .signal = kKill, .reach = Reach::group});
  ASSERT_TRUE(end);
  EXPECT_EQ(end->status.signal, kKill);
  EXPECT_TRUE(family.all_gone());
}

TEST(TimeoutPassesOn, WhatComesToUsAndGivesTheGraceFromThen) {
  const Waiting waiting("a stubborn child that is told twice");
  Result<Source> source = Source::open({SIGTERM, SIGUSR1});
  ASSERT_TRUE(source);
  Family family("exec \"$1\" --ignore-term", spawn::Attach::with_parent);
  family.wait_until_ready(1);
  ASSERT_TRUE(send(::getpid(), SIGTERM));
  const Result<Limited> end = wait_limited(family.leader, {.grace = Milliseconds(20)}, &*source);
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->timed_out);
  EXPECT_EQ(end->status.signal, kKill);

  Family other("exec \"$1\"", spawn::Attach::with_parent);
  other.wait_until_ready(1);
  ASSERT_TRUE(send(::getpid(), SIGUSR1));
  const Result<Limited> told = wait_limited(other.leader, {}, &*source);
  ASSERT_TRUE(told);
  EXPECT_FALSE(told->timed_out);
  EXPECT_EQ(told->status.signal, SIGUSR1);
}

/// How sh's $? tells the ending of a child that ends by end_as(status).
std::string dollar_question_mark(spawn::ExitStatus status) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const Handle in(ends[0]);
  Handle out(ends[1]);
  const pid_t shell = fork_to([&] {
    ::dup2(out.get(), 1);
    const std::string line =
        status.signal != 0
            ? "sh -c 'ulimit -c 0; kill -" + std::to_string(status.signal) + " $$'; echo $?"
            : "sh -c 'exit " + std::to_string(status.code) + "'; echo $?";
    return ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
  });
  out.close();
  std::string text;
  for (char c; ::read(in.get(), &c, 1) == 1 && c != '\n';) text += c;
  reap(shell);
  return text;
}

TEST(ShellCode, IsWhatTheShellSays) {
  const Waiting waiting("a shell for each signal that kills");
  for (const unsigned code : {0U, 1U, 77U, 126U, 127U, 128U, 143U, 255U}) {
    EXPECT_EQ(dollar_question_mark({.code = code}), std::to_string(shell_code({.code = code})));
  }
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGKILL, SIGSEGV, SIGPIPE, SIGTERM}) {
    const spawn::ExitStatus status{0, signal, false};
    EXPECT_EQ(dollar_question_mark(status), std::to_string(shell_code(status))) << name_of(signal);
  }
}

TEST(EndAs, DiesOfTheSameSignalWhateverWasSet) {
  const Waiting waiting("a child for each signal that kills");
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGKILL, SIGSEGV, SIGPIPE, SIGTERM}) {
    const pid_t child = fork_to([&]() -> int {
      const MaskGuard held(MaskGuard::How::block, all());
      if (signal != SIGKILL) ::signal(signal, SIG_IGN);
      rlimit core{};
      ::getrlimit(RLIMIT_CORE, &core);
      core.rlim_cur = core.rlim_max;
      ::setrlimit(RLIMIT_CORE, &core);
      end_as({0, signal, false});
    });
    const int status = reap(child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << name_of(signal);
    EXPECT_FALSE(WCOREDUMP(status)) << name_of(signal) << ", though the limit allows one";
  }
  EXPECT_EQ(exit_code(reap(fork_to([]() -> int { end_as({42, 0, false}); }))), 42);
}

}  // namespace
}  // namespace proclab::signals
