// tests/ch08 · a program and what it has started, ended by one call.
#include "chapters/ch08_reaping/tree.h"

#include <optional>

#include "chapters/ch02_stdio/writer.h"
#include "chapters/ch08_reaping/change.h"
#include "tests/ch08_reaping/children.h"
#include "tests/support/deadline.h"

namespace proclab::reaping {
namespace {

/// A leader that starts another, says so and ends. That one holds stdout until its stdin ends.
struct Orphaned {
  pipes::Pipe in = *pipes::make_pipe(), out = *pipes::make_pipe();
  std::optional<Tree> tree = std::move(Tree::make()).value();
  std::optional<spawn::Process> leader;

  Orphaned() {
    spawn::Options options{.file = test::program("kin"), .args = {"parent"}};
    if (!kWindows) {
      options.file = "/bin/sh";
      options.args = {"-c", "\"$0\" stdin-eof <&3 3<&- & echo started", test::program("probe")};
      options.slots.push_back(spawn::Slot::from(3, in.read.get()));
    }
    options.slots.push_back(spawn::Slot::from(0, in.read.get()));
    options.slots.push_back(spawn::Slot::from(1, out.write.get()));
    tree->put_around(options);
    leader.emplace(std::move(spawn::start(options)).value());
    out.write.close();
    char line[32];
    EXPECT_GT(pipes::read_some(out.read.get(), line, sizeof line).value(), 0U);  // it is there
    while (!*leader->peek()) {
    }
  }
  /// It has no more to say, so this is the news that it has ended.
  void wait_for_its_end() const { EXPECT_EQ(*pipes::read_all(out.read.get()), ""); }
};

TEST(Tree, ReachesAGrandchildWhoseParentHasEnded) {
  const test::Waiting waiting("a grandchild that was killed");
  Orphaned family;
  EXPECT_TRUE(family.tree->kill(*family.leader, spawn::kKill));
  family.wait_for_its_end();
  ASSERT_TRUE(family.leader->wait());
  EXPECT_EQ(family.tree->kill(*family.leader).error().code, std::errc::no_such_process);
}

TEST(Tree, OneThatIsStoppedHearsItToo) {
  if (kWindows) GTEST_SKIP() << "nobody is stopped there, and nobody asked";
  const test::Waiting waiting("a stopped shell that was told to end");
  const Tree tree = *Tree::make();
  spawn::Options options{.file = "/bin/sh", .args = {"-c", "kill -STOP $$"}};
  tree.put_around(options);
  spawn::Process child = std::move(spawn::start(options)).value();
  ASSERT_FALSE(wait_change(child)->ended());
  EXPECT_TRUE(tree.kill(child));
  EXPECT_EQ(child.wait()->signal, spawn::kTerminate);
}

TEST(Tree, LetsThemLiveWhenItGoes) {
  const test::Waiting waiting("a grandchild that was let through the gate");
  Orphaned family;
  ASSERT_TRUE(family.leader->wait());
  family.tree.reset();
  family.in.read.close();  // it is the only reader now, so that it lives is what lets us write
  EXPECT_TRUE(stdio::BlockingWriter(family.in.write.get()).write("still there?"));
  family.in.write.close();
  family.wait_for_its_end();
}

TEST(Tree, TellsWhatItWasEndedBy) {
  const test::Waiting waiting("a sleeper that was killed");
  const Tree tree = *Tree::make();
  pipes::Pipe in = *pipes::make_pipe();
  spawn::Options options{.file = test::program("probe"), .args = {"stdin-eof"}};
  options.slots = {spawn::Slot::from(0, in.read.get())};
  tree.put_around(options);
  spawn::Process child = std::move(spawn::start(options)).value();
  EXPECT_TRUE(tree.kill(child, 0)) << "a question, and no answer to it";
  EXPECT_EQ(child.peek().value(), std::nullopt);
  EXPECT_TRUE(tree.kill(child));
  EXPECT_EQ(child.wait()->signal, spawn::kTerminate);
}

}  // namespace
}  // namespace proclab::reaping
