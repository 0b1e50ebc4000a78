// tests/ch08 · a look at all processes, and a drawing of it, on every system.
#include <gtest/gtest.h>

#include <algorithm>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch08_reaping/parent.h"
#include "chapters/ch08_reaping/watch.h"
#include "tests/ch08_reaping/children.h"
#include "tests/support/deadline.h"
#include "tests/support/sanitizer.h"

namespace proclab::reaping {
namespace {

const Member* find(const std::vector<Member>& all, Pid pid) {
  for (const Member& one : all) {
    if (one.pid == pid) return &one;
  }
  return nullptr;
}

/// 10 and its children 20 and 30; 21 below 20. Groups and sessions are 10's but where said.
std::vector<Member> made_up() {
  return {{10, 1, 10, 10, 'S', 1, 100, "shell"},  {20, 10, 20, 10, 'S', 1, 200, "make"},
          {21, 20, 20, 10, 'R', 1, 300, "cc"},    {30, 10, 30, 10, 'Z', 1, 250, "old"},
          {40, 10, 39, 39, 'S', 1, 400, "fled"},  {1, 0, 1, 1, 'S', 1, 1, "init"},
          {50, 10, 10, 10, 'T', 1, 500, "halted"}};
}

TEST(Family, BelowGivesParentsBeforeChildren) {
  std::vector<Pid> pids;
  for (const Member& one : below(made_up(), 10)) pids.push_back(one.pid);
  EXPECT_EQ(pids, (std::vector<Pid>{10, 20, 21, 30, 40, 50}));
  EXPECT_TRUE(below(made_up(), 99).empty());
}

TEST(Family, DrawsStatesAndMarksWhatIsOdd) {
  const std::string drawn = draw(made_up(), 10);
  EXPECT_NE(drawn.find("├─ make  20 S"), std::string::npos) << drawn;
  EXPECT_NE(drawn.find("│  └─ cc  21 R"), std::string::npos) << drawn;
  EXPECT_NE(drawn.find("session 10  ← zombie"), std::string::npos) << drawn;
  EXPECT_NE(drawn.find("session 10  ← stopped"), std::string::npos) << drawn;
  EXPECT_EQ(drawn.find("session 39  ← orphan") != std::string::npos, !kWindows) << drawn;
}

TEST(Family, TwoLooksShowWhoWasAdopted) {
  std::vector<Member> before = made_up(), after = made_up();
  after[2].parent = 10;  // cc, whose parent was make
  EXPECT_NE(draw(after, 10, before).find("orphan: adopted by 10, born to 20"), std::string::npos);
  before[2].started = 299;  // another process that had the number
  EXPECT_EQ(draw(after, 10, before).find("born to"), std::string::npos);
}

TEST(Family, SeesThisProcessAndItsChild) {
  const test::Waiting waiting("a sleeper that was woken");
  Sleeper child = sleeper();
  const Result<std::vector<Member>> all = processes();
  ASSERT_TRUE(all) << all.error().message();
  const Member* one = find(*all, child.process.pid());
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(one->parent, process::pid());
  EXPECT_NE(one->started, 0U);
  EXPECT_EQ(one->name, kWindows ? "probe.exe" : "probe");
  child.wake();
  EXPECT_TRUE(child.process.wait());
}

TEST(Master, NoneOfEightChildrenSurvivesItsDeath) {
  const test::Waiting waiting("a master's children", Milliseconds(110'000));
  // As often as the figure is promised for; starting programs costs more under Wine.
  const std::string rounds = kWindows ? "3" : std::to_string(test::rounds(100));
  const test::Ran ran = test::run({test::program("ch08_master"), "--rounds", rounds},
                                  {.deadline = Milliseconds(100'000)});
  EXPECT_NE(ran.out.find(" children: 0 survived"), std::string::npos) << ran.out << ran.err;
  EXPECT_EQ(ran.out.find(rounds + " killed"), 0U) << ran.out;
}

TEST(Master, ChildrenThatDoNotWatchItLiveOn) {
  const test::Waiting waiting("a master's careless children", Milliseconds(60'000));
  const test::Ran ran = test::run({test::program("ch08_master"), "--careless"});
  EXPECT_EQ(test::unix_lines(ran.out), "1 killed, 8 children: 8 survived\n") << ran.err;
}

TEST(Master, ChildrenThatAreBoundEndWithItAndNeedNotLook) {
  const test::Waiting waiting("a master's bound children", Milliseconds(60'000));
  const test::Ran ran = test::run({test::program("ch08_master"), "--bound"});
  EXPECT_EQ(test::unix_lines(ran.out), "1 killed, 8 children: 0 survived\n") << ran.err;
}

TEST(Lifeline, IsNotReadyWhileItsHolderLives) {
  const Result<Lifeline> life = make_lifeline();
  ASSERT_TRUE(life);
  EXPECT_FALSE(*wait_ended(life->end.get(), Deadline::after(Milliseconds(5))));
}

TEST(Lifeline, ASlotThatIsNoneSaysSo) {
  EXPECT_EQ(lifeline_in(199).error().code, std::errc::bad_file_descriptor);
}

}  // namespace
}  // namespace proclab::reaping
