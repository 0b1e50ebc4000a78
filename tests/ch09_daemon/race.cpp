// tests/ch09 · many daemons start at the same moment on one pidfile, and one wins.
//
// PROCLAB_ROUNDS=100 makes the long run of it: 50 daemons, 100 times over.
#include <cstdlib>

#include <gtest/gtest.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch09_daemon/pidfile.h"
#include "tests/ch09_daemon/scene.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"
#include "tests/support/sanitizer.h"

namespace proclab::daemon {
namespace {

using test::Waiting;

int rounds(int usual) {
  const char* const wanted = std::getenv("PROCLAB_ROUNDS");
  return wanted == nullptr ? usual : std::atoi(wanted);
}

/// How many of `count` processes that all wait at one gate get the file, once it opens.
int winners(int count, const std::string& file) {
  pipes::Pipe gate = pipes::make_pipe().value(), hold = pipes::make_pipe().value();
  std::vector<Actor> racers;
  for (int i = 0; i < count; ++i) {
    pipes::Pipe out = pipes::make_pipe().value();
    spawn::Options racer = actor({"race", file});
    racer.slots = {spawn::Slot::from(0, gate.read.get()), spawn::Slot::from(1, out.write.get()),
                   spawn::Slot::from(3, hold.read.get())};
    racers.push_back({spawn::start(racer).value(), Handle(), std::move(out.read), {}});
  }
  gate.write.close();  // now, for all of them
  int won = 0, lost = 0;
  for (Actor& racer : racers) {
    const std::string word = racer.line();
    won += word == "won" ? 1 : 0;
    lost += word == "lost" ? 1 : 0;
  }
  EXPECT_EQ(won + lost, count);
  hold.write.close();
  for (Actor& racer : racers) EXPECT_TRUE(racer.end().success());
  return won;
}

TEST(Race, ExactlyOneOfManyWins) {
  const NoDaemonLeft guard;
  const int many = kWindows ? 8 : test::kSanitized ? 15 : 50;
  const int times = rounds(kWindows ? 1 : 5);
  const Waiting waiting("many actors at one gate", Milliseconds(10'000 + 5'000 * times));
  const Folder folder;
  for (int round = 0; round < times; ++round) {
    const std::string file = folder.file("d.pid");
    // Every other time it is a stale file that they find.
    if (round % 2 == 1) write_file(file, "12345\n");
    ASSERT_EQ(winners(many, file), 1) << "in round " << round;
  }
  std::printf("%d daemons at once, %d times: one winner each time\n", many, times);
}

TEST(Race, NeverTwoWhileTheyComeAndGo) {
  const NoDaemonLeft guard;
  const Waiting waiting("actors that take and leave the file", Milliseconds(60'000));
  const Folder folder;
  const int many = kWindows ? 3 : 6;
  const std::string times = kWindows ? "30" : "2000";
  std::vector<Actor> actors;
  for (int i = 0; i < many; ++i) actors.push_back(act({"churn", folder.file("d.pid"), times}));
  int taken = 0, crowded = 0;
  for (Actor& one : actors) {
    int own = 0, with_others = 0;
    ASSERT_EQ(std::sscanf(one.line().c_str(), "%d %d", &own, &with_others), 2);
    taken += own;
    crowded += with_others;
    one.end();
  }
  EXPECT_GT(taken, 0);
  EXPECT_EQ(crowded, 0) << "of " << taken << " times";
}

TEST(Race, ManyStartsOfTheClockMakeOneClock) {
  const NoDaemonLeft guard;
  const int many = kWindows ? 4 : 50;
  const Waiting waiting("many starts of the clock", Milliseconds(60'000));
  const Folder folder;
  const std::string file = folder.file("d.pid"), clock = test::program("ch09_daemon");
  std::vector<Actor> starts;
  for (int i = 0; i < many; ++i) {
    pipes::Pipe out = pipes::make_pipe().value();
    spawn::Options start;
    start.file = clock;
    start.args = {"start", "--pidfile", file, "--log", folder.file("log")};
    start.slots = {spawn::Slot::from(1, out.write.get())};
    starts.push_back({spawn::start(start).value(), Handle(), std::move(out.read), {}});
  }
  int started = 0, running = 0;
  for (Actor& start : starts) {
    const std::string word = start.line();
    started += word.find("started") == 0 ? 1 : 0;
    running += word == "running already" ? 1 : 0;
    EXPECT_TRUE(start.end().success()) << word;
  }
  EXPECT_EQ(started, 1);
  EXPECT_EQ(running, many - 1);
  EXPECT_EQ(test::run({clock, "stop", "--pidfile", file}).code, 0);
  EXPECT_EQ(count_of(read_file(folder.file("log")), "started, process"), 1);
}

}  // namespace
}  // namespace proclab::daemon
