// tests/ch13 · workers whose channel closes though nobody has asked for it: what is said of them, and what it counts.
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch07_signals/send.h"
#include "chapters/ch10_loop/timer.h"
#include "tests/ch13_cluster/with_manager.h"

namespace proclab::cluster {
namespace {

constexpr const char* kIsOnline = R"({"cmd":"NODE_CLUSTER","act":"online","seq":0})";
constexpr const char* kListens =
    R"({"cmd":"NODE_CLUSTER","act":"listening","addressType":4,"port":1,"seq":1})";
constexpr const char* kNonsense = R"({"cmd":"NODE_CLUSTER","act":"close","key":"K","seq":2})";

class Parting : public WithManager {
 protected:
  /// One slot, and a worker that says it listens, and then these words. Its stdin ends when `gate` is closed.
  void open_rogue(std::vector<std::string> words, ManagerOptions options = {}) {
    options.primary.program.file = test::program("ch13_rogue");
    options.primary.program.args = {kIsOnline, kListens};
    std::vector<std::string>& args = options.primary.program.args;
    args.insert(args.end(), words.begin(), words.end());
    options.primary.program.slots = {spawn::Slot::from(0, gate.read.get())};
    options.backoff.first = Milliseconds(1);
    open(std::move(options));
  }
  void until_it_is_gone(WorkerId worker) {
    until("the end of its channel", [&] {
      const std::optional<WorkerInfo> info = manager->primary().find(worker);
      return info && info->state == State::gone;
    });
  }
  void linger(Milliseconds span) {
    bool over = false;
    const loop::Timer timer = loop::Timer::once(loop, span, [&] { over = true; });
    while (!over) ASSERT_TRUE(loop.turn(brief()));
  }
  pipes::Pipe gate = std::move(pipes::make_pipe()).value();
};

TEST_F(Parting, HowItEndedIsToldHoweverLongItTakesToDie) {
  // As a process that the kernel lets wait between its last descriptor and its end.
  open_rogue({"@close", "@stdin", "@exit", "7"});
  until_it_is_gone(1);
  linger(Milliseconds(300));
  EXPECT_EQ(log.size(), 1U) << "nothing is said before it is known\n"
                            << testing::PrintToString(log);
  EXPECT_EQ(manager->primary().workers().size(), 1U);
  gate.write.close();
  until_said("worker 1 (pid " + std::to_string(manager->primary().find(1)->pid) +
             ") has ended: exit 7; the next is started");
  EXPECT_EQ(said("its channel"), 0U) << testing::PrintToString(log);
}

TEST_F(Parting, WhoWasKilledByAnotherIsNotToBlameThoughItsChannelClosedBefore) {
  ManagerOptions options;
  options.backoff.most = 0;  // the first that is to blame is the last
  open_rogue({"@close", "@stdin"}, std::move(options));
  until_it_is_gone(1);
  ASSERT_TRUE(signals::send(manager->primary().find(1)->pid, spawn::kKill));
  until_said("has ended: signal 9; the next is started");
  EXPECT_FALSE(manager->fatal());
}

TEST_F(Parting, WhoLivesOnWithoutAChannelIsKilledAndToBlame) {
  ManagerOptions options;
  options.grace = Milliseconds(50);
  options.backoff.most = 1;
  open_rogue({"@close", "@stdin"}, std::move(options));
  until("the end", [&] { return stopped; });
  EXPECT_TRUE(manager->fatal());
  EXPECT_EQ(said("has closed its channel, and does not end: killed"), 2U)
      << testing::PrintToString(log);
  EXPECT_EQ(said("has ended: signal 9"), 2U);
}

TEST_F(Parting, WhoIsKilledForWhatItDidIsToBlame) {
  ManagerOptions options;
  options.primary.most_faults = 2;
  options.backoff.most = 1;
  open_rogue({kNonsense, kNonsense, kNonsense, "@deaf"}, std::move(options));
  until("the end", [&] { return stopped; });
  EXPECT_TRUE(manager->fatal()) << "and not ready, killed, ready, killed, for ever";
  EXPECT_EQ(said("too many faults"), 2U) << testing::PrintToString(log);
}

}  // namespace
}  // namespace proclab::cluster
