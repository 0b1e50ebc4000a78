// tests/ch08 · the reaper on Linux: many children, no descriptor left, and copies of its pidfds.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch08_reaping/reaper.h"
#include "chapters/ch08_reaping/watch.h"
#include "tests/ch08_reaping/children.h"
#include "tests/support/deadline.h"

namespace proclab::reaping {
namespace {

using test::Waiting;

TEST(ReaperLinux, FiveHundredInRandomOrderEachOnce) {
  const Waiting waiting("five hundred children, killed in random order", Milliseconds(60'000));
  pipes::Pipe pipe = *pipes::make_pipe();  // one for all: its end would wake them
  Result<Reaper> reaper = Reaper::make();
  std::vector<spawn::Process> children;
  spawn::Options options{.file = test::program("probe"), .args = {"stdin-eof"}};
  options.slots = {spawn::Slot::from(0, pipe.read.get())};
  for (Reaper::Key key = 0; key < 500; ++key) {
    children.push_back(*spawn::start(options));
    ASSERT_TRUE(reaper->watch(children.back(), key));
  }
  std::vector<std::size_t> order(children.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), std::mt19937(8));
  std::vector<int> times(children.size());
  std::size_t killed = 0, told = 0;
  std::array<Reaper::Key, 7> keys{};
  while (told < children.size()) {
    for (int i = 0; i < 10 && killed < order.size(); ++i) {
      ASSERT_TRUE(children[order[killed++]].kill(SIGKILL));
    }
    const Result<std::size_t> more = reaper->next(keys);
    ASSERT_TRUE(more);
    for (const Reaper::Key key : std::span(keys).first(*more)) {
      ++times[key];
      EXPECT_EQ(children[key].try_wait()->value().signal, SIGKILL);
    }
    told += *more;
  }
  EXPECT_EQ(std::count(times.begin(), times.end(), 1), 500);
  EXPECT_EQ(reaper->watched(), 0U);
}

TEST(ReaperLinux, SaysThatItHasNoDescriptorLeft) {
  const Waiting waiting("two sleepers that were woken");
  Result<Reaper> reaper = Reaper::make();
  Sleeper one = sleeper(), two = sleeper();
  ASSERT_TRUE(reaper->watch(one.process, 1));
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{3, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  const Result<void> watched = reaper->watch(two.process, 2);
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_FALSE(watched);
  EXPECT_EQ(watched.error().code, std::errc::too_many_files_open);
  EXPECT_NE(watched.error().message().find("1 children are watched"), std::string::npos);
  ASSERT_TRUE(reaper->watch(two.process, 2)) << "nothing was broken by it";
  one.wake();
  two.wake();
  std::array<Reaper::Key, 1> key{};
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(reaper->next(key));
  EXPECT_TRUE(one.process.wait() && two.process.wait());
}

/// A fork of this process, which holds all our pidfds open, and with them what epoll watches.
class Copy {
 public:
  explicit Copy(const Sleeper& child) : pid_(::fork()) {
    if (pid_ != 0) return;
    ::close(hold_.write.get());
    ::close(child.stdin_end.get());
    char byte = 0;
    ::_exit(static_cast<int>(::read(hold_.read.get(), &byte, 1)));
  }
  ~Copy() {
    hold_.write.close();
    ::waitpid(pid_, nullptr, 0);
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

 private:
  pipes::Pipe hold_ = *pipes::make_pipe();
  pid_t pid_;
};

TEST(ReaperLinux, ACopyOfAPidfdInAForkTellsNothingTwice) {
  const Waiting waiting("a child that is woken");
  Result<Reaper> reaper = Reaper::make();
  Sleeper child = sleeper();
  ASSERT_TRUE(reaper->watch(child.process, 1));
  const Copy copy(child);
  child.wake();
  std::array<Reaper::Key, 4> keys{};
  EXPECT_EQ(*reaper->next(keys), 1U);
  EXPECT_EQ(*reaper->next(keys, Deadline::after(Milliseconds(0))), 0U);
  EXPECT_FALSE(*wait_ended(reaper->native(), Deadline::after(Milliseconds(0))));
  EXPECT_TRUE(child.process.wait()->success());
}

TEST(ReaperLinux, NorOfOneThatIsForgotten) {
  const Waiting waiting("a child that is woken");
  Result<Reaper> reaper = Reaper::make();
  Sleeper child = sleeper();
  ASSERT_TRUE(reaper->watch(child.process, 1));
  const Copy copy(child);
  reaper->forget(1);
  child.wake();
  EXPECT_TRUE(child.process.wait()->success());  // what could be told could be told by now
  std::array<Reaper::Key, 4> keys{};
  EXPECT_EQ(*reaper->next(keys, Deadline::after(Milliseconds(0))), 0U);
}

TEST(ReaperLinux, WhoIgnoresSigchldIsToldAndFindsNoStatus) {
  const Waiting waiting("a child that the kernel buries");
  struct sigaction ignore {
  }, before{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGCHLD, &ignore, &before);
  Result<Reaper> reaper = Reaper::make();
  Sleeper child = sleeper();
  EXPECT_TRUE(reaper->watch(child.process, 1));
  child.wake();
  std::array<Reaper::Key, 1> key{};
  EXPECT_EQ(*reaper->next(key), 1U);
  EXPECT_EQ(child.process.wait().error().code, std::errc::no_child_process);
  ::sigaction(SIGCHLD, &before, nullptr);
}

TEST(ReaperLinux, LeavesNoDescriptorOpenInAChild) {
  const Waiting waiting("children that list their descriptors");
  Result<Reaper> reaper = Reaper::make();
  Sleeper child = sleeper();
  ASSERT_TRUE(reaper->watch(child.process, 1));
  const test::Ran listed = test::run({test::program("probe"), "fds"});
  EXPECT_EQ(std::count(listed.out.begin(), listed.out.end(), '\n'), 3) << listed.out;
  child.wake();
  EXPECT_TRUE(child.process.wait());
}

}  // namespace
}  // namespace proclab::reaping
