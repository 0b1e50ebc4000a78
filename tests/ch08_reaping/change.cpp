// tests/ch08 · changes: an end in words and in a shell's number, on every system.
#include <gtest/gtest.h>

#include "chapters/ch08_reaping/change.h"
#include "tests/ch08_reaping/children.h"
#include "tests/support/deadline.h"

namespace proclab::reaping {
namespace {

using What = Change::What;
using test::Waiting;

TEST(Change, SaysWhatItIs) {
  EXPECT_EQ((Change{What::exited, 3, 0, false}).text(), "exit 3");
  EXPECT_EQ((Change{What::signalled, 0, 15, false}).text(), "killed by SIGTERM");
  EXPECT_EQ((Change{What::signalled, 0, 9, true}).text(), "killed by SIGKILL (core)");
  EXPECT_EQ((Change{What::continued, 0, 0, false}).text(), "continued");
}

TEST(Change, AShellAdds128) {
  EXPECT_EQ(change_of({7, 0, false}).shell_code(), 7);
  EXPECT_EQ(change_of({0, 9, false}).shell_code(), 137);
  EXPECT_EQ(change_of({0, 15, true}).shell_code(), 143);
}

TEST(Change, AnEndIsToldAndStaysWithTheProcess) {
  const Waiting waiting("a child that exits");
  spawn::Process child = exits_with(7);
  const Change end{What::exited, 7, 0, false};
  EXPECT_EQ(*wait_change(child), end);
  EXPECT_EQ(*wait_change(child), end) << "told again";
  EXPECT_EQ(child.wait()->code, 7U);
}

TEST(Change, ADeathIsTold) {
  const Waiting waiting("a sleeper that is killed");
  Sleeper child = sleeper();
  ASSERT_TRUE(child.process.kill(spawn::kKill));
  EXPECT_EQ(*wait_change(child.process), (Change{What::signalled, 0, spawn::kKill, false}));
}

TEST(Change, OfADisownedChildNothing) {
  const Waiting waiting("a sleeper that was woken");
  Sleeper child = sleeper();
  spawn::Process none(child.process.pid(), Handle());
  none.disown();
  EXPECT_EQ(wait_change(none).error().code, std::errc::no_child_process);
  child.wake();
  EXPECT_TRUE(child.process.wait()->success());
}

}  // namespace
}  // namespace proclab::reaping
