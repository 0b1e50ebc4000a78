// tests/ch08 · pid reuse, forced: a pid namespace lets us say which number comes next.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/shared_child.h"
#include "chapters/ch08_reaping/watch.h"
#include "tests/ch08_reaping/in_a_fork_linux.h"
#include "tests/support/run.h"

namespace proclab::reaping {
namespace {

/// A process that lives until it is woken, and then exits with 0; a signal would show.
struct Stranger {
  pipes::Pipe pipe = *pipes::make_pipe();
  pid_t pid = ::fork();

  Stranger() {
    if (pid == 0) {
      pipe.write.close();
      char byte = 0;
      ::_exit(static_cast<int>(::read(pipe.read.get(), &byte, 1)));
    }
  }
  /// Whether it lived untouched up to here.
  bool untouched() {
    pipe.write.close();
    int status = 0;
    while (::waitpid(pid, &status, 0) == -1 && errno == EINTR) {
    }
    return status == 0;
  }
};

/// The next process of this namespace gets the number `pid`, or the next free one.
bool next_pid(pid_t pid) {
  const Handle file(::open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC));
  const std::string text = std::to_string(pid - 1);
  return ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

spawn::Process short_lived() {
  spawn::Options options{.file = test::program("probe"), .args = {"exit", "0"}};
  return *spawn::start(options);
}

constexpr int kRounds = 1000;

TEST(PidReuse, AThousandKillsOfReapedChildrenReachNoStranger) {
  const std::string why = no_namespaces();
  if (!why.empty()) GTEST_SKIP() << why;
  const std::string said = in_a_pid_namespace([]() -> std::string {
    int reused = 0, reached = 0, wrong = 0;
    const int rounds = test::rounds(kRounds);
    for (int i = 0; i < rounds; ++i) {
      spawn::Process child = short_lived();
      const pid_t number = child.pid();
      if (!child.wait()) return "no status";
      if (!next_pid(number)) return "skip: ns_last_pid cannot be written";
      Stranger stranger;
      reused += stranger.pid == number ? 1 : 0;
      wrong += child.kill(SIGKILL).error().code == std::errc::no_such_process ? 0 : 1;
      reached += stranger.untouched() ? 0 : 1;
    }
    return std::to_string(rounds - reused) + " not reused, " + std::to_string(wrong) + " sent, " +
           std::to_string(reached) + " reached";
  });
  if (said.starts_with("skip")) GTEST_SKIP() << said;
  EXPECT_EQ(said, "0 not reused, 0 sent, 0 reached");
}

TEST(PidReuse, TheNumberAloneReachesTheStranger) {
  const std::string why = no_namespaces();
  if (!why.empty()) GTEST_SKIP() << why;
  const std::string said = in_a_pid_namespace([]() -> std::string {
    spawn::Process child = short_lived();
    const pid_t number = child.pid();
    const Result<Handle> pidfd = watch(child);
    if (!pidfd || !child.wait()) return "no status";
    if (!next_pid(number)) return "skip: ns_last_pid cannot be written";
    Stranger stranger;
    // A pidfd means the process, whoever has its number now …
    const long rc = ::syscall(SYS_pidfd_send_signal, pidfd->get(), SIGKILL, nullptr, 0);
    std::string text =
        rc == -1 && errno == ESRCH ? "the pidfd reached nobody, " : "the pidfd reached it, ";
    ::kill(number, SIGKILL);  // … UNSAFE: and this whoever has the number
    text += stranger.untouched() ? "the number neither" : "the number a stranger";
    return text;
  });
  if (said.starts_with("skip")) GTEST_SKIP() << said;
  EXPECT_EQ(said, "the pidfd reached nobody, the number a stranger");
}

TEST(PidReuse, NobodyWaitsForAStranger) {
  const std::string why = no_namespaces();
  if (!why.empty()) GTEST_SKIP() << why;
  const std::string said = in_a_pid_namespace([]() -> std::string {
    for (int i = 0; i < 100; ++i) {
      spawn::Process child = short_lived();
      const pid_t number = child.pid();
      auto shared = SharedChild::take(child);
      if (!shared || !(*shared)->wait()) return "no status";
      if (!next_pid(number)) return "skip: ns_last_pid cannot be written";
      Stranger stranger;  // a child of ours, too: a waitpid() of the number would block, or reap it
      const auto again = (*shared)->wait_until(Deadline::never());
      if (!again || !*again || (*again)->code != 0) return "another status";
      if (!stranger.untouched()) return "the stranger was reaped or hit";
    }
    return "";
  });
  if (said.starts_with("skip")) GTEST_SKIP() << said;
  EXPECT_EQ(said, "");
}

}  // namespace
}  // namespace proclab::reaping
