// tests/ch08 · ch08_init as pid 1 of a real pid namespace, and as init of a family without one.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch08_reaping/parent.h"
#include "tests/ch08_reaping/in_a_fork_linux.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::reaping {
namespace {

using test::Waiting;
using Args = std::vector<std::string>;

/// Each code and signal in a plain build; a sanitizer's programs start too slowly for that.
constexpr int kStep = kSanitized ? 16 : 1;

/// A pid 1 that does none of the duties: waits for its own child alone, and ends with 0. The tests
/// must see that.
const std::string kControl = "--control";

struct Pid1 {
  int pid = -1;
  pipes::Pipe in = *pipes::make_pipe(), out = *pipes::make_pipe();

  /// Runs `command` under ch08_init, or under the control, as pid 1.
  explicit Pid1(const Args& command, bool control = false) {
    Args words = command;
    if (!control) words.insert(words.begin(), test::program("ch08_init"));
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid = fork_into_namespace();
    if (pid != 0) {
      out.write.close();
      return;
    }
    ::dup2(in.read.get(), 0);
    ::dup2(out.write.get(), 1);
    // A namespace's pid 1 cannot be traced from inside: LeakSanitizer would complain of that.
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    if (control) {
      const pid_t child = ::fork();
      if (child == 0) ::execv(argv[0], argv.data());
      ::waitpid(child, nullptr, 0);
      ::_exit(0);
    }
    ::execv(argv[0], argv.data());
    ::_exit(126);
  }
  void read(std::size_t count) {
    char byte = 0;
    for (; count > 0; --count) (void)pipes::read_some(out.read.get(), &byte, 1);
  }
  /// What a shell would call its end.
  int end() const {
    int status = 0;
    while (::waitpid(pid, &status, 0) == -1 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
};

class AsPid1 : public testing::Test {
  void SetUp() override {
    const std::string why = no_namespaces();
    if (!why.empty()) GTEST_SKIP() << why;
  }
};

TEST_F(AsPid1, GivesBackEveryExitCode) {
  const Waiting waiting("256 inits", Milliseconds(100'000));
  for (int code = 0; code < 256; code += kStep) {
    EXPECT_EQ(Pid1({test::program("probe"), "exit", std::to_string(code)}).end(), code);
  }
  EXPECT_EQ(Pid1({test::program("probe"), "exit", "7"}, true).end(), 0)
      << "the control has no duties";
}

TEST_F(AsPid1, GivesBackEverySignalThatKills) {
  const Waiting waiting("31 inits", Milliseconds(100'000));
  for (int signal = 1; signal < 32; ++signal) {
    const bool kills = signal != SIGCHLD && signal != SIGCONT && signal != SIGURG &&
                       signal != SIGWINCH && signal != SIGSTOP && signal != SIGTSTP &&
                       signal != SIGTTIN && signal != SIGTTOU;
    if (!kills) continue;  // the next test
    EXPECT_EQ(Pid1({test::program("probe"), "die", std::to_string(signal)}).end(), 128 + signal);
  }
}

TEST_F(AsPid1, TakesNoneOfTheOtherSignalsForAnEnd) {
  const Waiting waiting("8 inits");
  const auto state_below = [](Pid init) {
    const Result<std::vector<Member>> all = processes();
    const std::vector<Member> family = below(*all, init);
    return family.size() < 2 ? '?' : family[1].state;
  };
  for (const int signal :
       {SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU}) {
    Pid1 init({"/bin/sh", "-c", "kill -$0 $$; exit 7", std::to_string(signal)});
    const bool stops =
        signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
    if (stops) {
      while (state_below(init.pid) != 'T') {  // one that has ended is no 'T' either: see Waiting
      }
      ::kill(init.pid, SIGCONT);
    }
    EXPECT_EQ(init.end(), 7) << signal;
  }
}

TEST_F(AsPid1, ForwardsEverySignal) {
  const Waiting waiting("a program that catches a signal", Milliseconds(100'000));
  for (int signal = 1; signal < 32; ++signal) {
    if (signal == SIGKILL || signal == SIGSTOP || signal == SIGCHLD)
      continue;  // cannot be passed on
    const bool ours = signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE ||
                      signal == SIGILL || signal == SIGTRAP || signal == SIGABRT ||
                      signal == SIGSYS;
    if (ours) continue;  // of a fault of init's own
    Pid1 init({test::program("probe"), "trap", std::to_string(signal), "1"});
    init.read(1);  // the gate: it is ready
    ::kill(init.pid, signal);
    EXPECT_EQ(*pipes::read_all(init.out.read.get()), "caught " + std::to_string(signal) + "\n");
    EXPECT_EQ(init.end(), 0) << signal;
  }
}

TEST_F(AsPid1, WithoutForwardingNothingArrives) {
  const Waiting waiting("a pid 1 that forwards nothing");
  Pid1 control({test::program("probe"), "trap", "15", "1"}, true);
  control.read(1);
  ::kill(control.pid, SIGTERM);  // to a pid 1 without a handler: thrown away
  pollfd caught{control.out.read.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&caught, 1, 50), 0) << "the control must not pass it on";
  ::kill(control.pid, SIGKILL);  // from outside that works, and takes the namespace along
  EXPECT_EQ(control.end(), 1000 + SIGKILL);
}

TEST_F(AsPid1, WithGroupAGrandchildHearsItToo) {
  const Waiting waiting("a shell's child that catches a signal");
  // The shell ignores nothing and waits; its child is the one that says "caught".
  const std::string script = "trap : TERM; " + test::program("probe") + " trap 15 1 & wait; wait";
  Pid1 init({"-g", "/bin/sh", "-c", script});
  init.read(1);
  ::kill(init.pid, SIGTERM);
  EXPECT_EQ(*pipes::read_all(init.out.read.get()), "caught 15\n");
  EXPECT_EQ(init.end(), 0);
}

/// How many zombies stand below `pid`, once `count` of them have been made and init has had its
/// turn.
int zombies_below(Pid pid) {
  int zombies = 0;
  const Result<std::vector<Member>> all = processes();
  for (const Member& one : below(*all, pid)) zombies += one.pid != pid && one.state == 'Z' ? 1 : 0;
  return zombies;
}

// Twenty orphans that have ended, and one who tells us when they had all been adopted.
const char* const kOrphans =
    "i=0; while [ $i -lt 20 ]; do (: & ) ; i=$((i+1)); done; printf r; read x";

TEST_F(AsPid1, ReapsWhatItAdopts) {
  const Waiting waiting("an init with twenty orphans");
  for (const bool control : {false, true}) {
    Pid1 init({"/bin/sh", "-c", kOrphans}, control);
    init.read(1);
    // init is told by signals, which take their time; a control never reaps. So the first is waited
    // for, and the second looked at when its orphans are known to have ended.
    int zombies = zombies_below(init.pid);
    if (!control) {
      while (zombies > 0) zombies = zombies_below(init.pid);
      EXPECT_EQ(zombies, 0);
    } else {
      while (zombies < 20) zombies = zombies_below(init.pid);
      EXPECT_EQ(zombies, 20) << "the test must be able to see them";
    }
    ::kill(init.pid, SIGKILL);
    (void)init.end();
  }
}

TEST(Init, EndsItsFamilyWhenTheLifelineEnds) {
  const Waiting waiting("an init whose lifeline ends");
  Lifeline life = *make_lifeline();
  pipes::Pipe out = *pipes::make_pipe();
  spawn::Options options{.file = test::program("ch08_init")};
  // One who stays, and one who fled and ignores SIGTERM. Both hold `out`.
  options.args = {"-l", "3", "/bin/sh", "-c",
                  "(trap '' TERM; setsid sh -c 'printf r; exec sleep 3600' & ); exec sleep 3600"};
  options.slots = {spawn::Slot::from(1, out.write.get()), spawn::Slot::from(3, life.end.get())};
  Result<spawn::Process> init = spawn::start(options);
  ASSERT_TRUE(init);
  out.write.close();
  char byte = 0;
  ASSERT_EQ(*pipes::read_some(out.read.get(), &byte, 1), 1U);
  life.held.close();
  EXPECT_EQ(init->wait()->code, 128U + SIGKILL);
  EXPECT_EQ(*pipes::read_all(out.read.get()), "") << "nobody is left who holds it";
}

TEST(Init, NothingOutlivesItsCommand) {
  const Waiting waiting("an init whose command leaves somebody behind");
  const test::Ran ran =
      test::run({test::program("ch08_init"), "/bin/sh", "-c", "(setsid sleep 3600 &) ; exit 5"});
  EXPECT_EQ(ran.code, 5) << ran.err;
  EXPECT_FALSE(ran.timed_out) << "run() waits until nobody holds its pipes";
}

TEST(Init, GivesItsCommandTheTerminalAndTakesItBack) {
  const Waiting waiting("an init on a terminal, whose command reads there");
  int hand = -1;
  const pid_t shell = ::forkpty(&hand, nullptr, nullptr, nullptr);
  if (shell == 0) {  // leads the session, as a shell does, and has init as its foreground job
    const pid_t job = ::fork();
    if (job == 0) {
      const std::string init = test::program("ch08_init");
      ::setpgid(0, 0);
      ::signal(SIGTTOU, SIG_IGN);
      ::tcsetpgrp(0, ::getpid());
      // In the background to read is to be stopped by SIGTTIN. The first one is for whoever reads a moment
      // before init has given it the terminal.
      ::execl(init.c_str(), "init", "/bin/sh", "-c", "kill -TTIN $$; read word; test $word = hello",
              nullptr);
    }
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(job), &info, WEXITED | WNOWAIT);
    const bool back = ::tcgetpgrp(0) == job;
    ::_exit(info.si_code == CLD_EXITED && info.si_status == 0 ? (back ? 0 : 1) : 2);
  }
  (void)!::write(hand, "hello\n", 6);
  int status = 0;
  while (::waitpid(shell, &status, 0) == -1 && errno == EINTR) {
  }
  ::close(hand);
  EXPECT_EQ(WEXITSTATUS(status), 0) << "1: not taken back; 2: the command has not read";
  EXPECT_TRUE(WIFEXITED(status));
}

TEST(Init, SaysWhatCouldNotBeStarted) {
  const test::Ran none = test::run({test::program("ch08_init"), "/no/such/program"});
  EXPECT_EQ(none.code, 127);
  EXPECT_NE(none.err.find("No such file"), std::string::npos) << none.err;
  EXPECT_EQ(test::run({test::program("ch08_init"), "/"}).code, 126);
  EXPECT_EQ(test::run({test::program("ch08_init")}).code, 125);
}

TEST(Init, IgnoredSigchldIsNoTrap) {
  const Waiting waiting("an init that was started with SIGCHLD ignored");
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::signal(SIGCHLD, SIG_IGN);
    const std::string init = test::program("ch08_init");
    ::execl(init.c_str(), "init", "/bin/sh", "-c", "exit 9", nullptr);
    ::_exit(126);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) == -1 && errno == EINTR) {
  }
  EXPECT_EQ(WEXITSTATUS(status), 9);
}

}  // namespace
}  // namespace proclab::reaping
