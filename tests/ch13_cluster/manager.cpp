// tests/ch13 · N workers, whatever happens: the manager on a loop of ours. What the command adds to it is POSIX's,
// and so are its tests.
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch13_cluster/control.h"
#include "tests/ch13_cluster/with_manager.h"

namespace proclab::cluster {
namespace {

class Managers : public WithManager, public testing::WithParamInterface<Policy> {
 protected:
  static ManagerOptions ours(unsigned workers) { return WithManager::ours(workers, GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(With, Managers, testing::ValuesIn(policies()),
                         [](const auto& one) { return std::string(name_of(one.param)); });

TEST_P(Managers, WhoIsKilledIsFollowedByAnother) {
  open(ours(2));
  until_said("is ready", 2);
  ASSERT_TRUE(manager->primary().kill(1, spawn::kKill));
  until_said("is ready", 3);
  EXPECT_EQ(said("worker 1 "), 2U) << "it was ready, and has ended\n"
                                   << testing::PrintToString(log);
  EXPECT_EQ(status("ready"), Value(2));
  stop();
  EXPECT_FALSE(manager->fatal());
}

TEST_P(Managers, AreReloadedOneByOneAndScaled) {
  open(ours(2));
  until_said("is ready", 2);
  EXPECT_EQ(status("reload"), Value("none"));
  EXPECT_EQ(answer_to(*manager, "reload"), R"({"ok":true})");
  EXPECT_EQ(status("reload"), Value("under way"));
  EXPECT_EQ(status("phase"), Value("reloading"));
  until_said("reload: done");
  EXPECT_EQ(status("reload"), Value("done"));
  EXPECT_EQ(said("is ready"), 4U);
  for (const WorkerInfo& one : manager->primary().workers()) {
    EXPECT_TRUE(one.id > 2 || one.state > State::ready) << "an old one serves: " << one.id;
  }
  EXPECT_EQ(answer_to(*manager, "scale 3"), R"({"ok":true})");
  until_said("is ready", 5);
  EXPECT_EQ(answer_to(*manager, "scale 1"), R"({"ok":true})");
  until_said("has left", 4);
  EXPECT_EQ(status("ready"), Value(1));
  stop();
}

TEST_P(Managers, FiveThatDieAtStartAreFatal) {
  ManagerOptions options = ours(1);
  options.primary.program.file = test::program("probe");
  options.primary.program.args = {"exit", "3"};
  options.backoff.first = Milliseconds(1);
  open(std::move(options));
  until("the end", [&] { return stopped; });
  EXPECT_TRUE(manager->fatal());
  EXPECT_EQ(said("has ended: exit 3"), 5U) << testing::PrintToString(log);
}

TEST_P(Managers, WhoNeverListensIsKilledAndThatCounts) {
  const pipes::Pipe held = std::move(pipes::make_pipe()).value();  // what they wait for, for ever
  ManagerOptions options = ours(1);
  options.primary.program.file = test::program("probe");
  options.primary.program.args = {"stdin-eof"};
  options.primary.program.slots = {spawn::Slot::from(0, held.read.get())};
  options.backoff.first = Milliseconds(1);
  options.backoff.most = 1;
  options.ready_within = Milliseconds(50);
  open(std::move(options));
  until("the end", [&] { return stopped; });
  EXPECT_TRUE(manager->fatal());
  EXPECT_EQ(said("does not listen after 50 ms: killed"), 2U) << testing::PrintToString(log);
}

TEST_P(Managers, DestroyedItTakesItsWorkersAlong) {
  open(ours(2));
  until_said("is ready", 2);
  manager.reset();  // and the leak guard finds no child
}

}  // namespace
}  // namespace proclab::cluster
