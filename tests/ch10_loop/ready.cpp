// tests/ch10 · things that are ready or not: the door for what earlier chapters give.
#include "chapters/ch10_loop/ready.h"

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch08_reaping/reaper.h"
#include "tests/ch10_loop/each_backend.h"
#include "tests/support/gate.h"
#include "tests/support/run.h"

namespace proclab::loop {
namespace {

class Readies : public EachBackend {};
INSTANTIATE_TEST_SUITE_P(By, Readies, testing::ValuesIn(backends()), backend_name);

TEST_P(Readies, AreToldOncePerQuestion) {
  test::Gate gate;
  int told = 0;
  Ready ready = *Ready::open(loop, gate.waiter());
  ready.wait([&](const Result<void>& how) { told += how ? 1 : 100; });
  const test::Waiting waiting("a gate");
  ASSERT_TRUE(*loop.turn(Deadline::after(Milliseconds(0))));
  EXPECT_EQ(told, 0);
  gate.open();
  ASSERT_TRUE(loop.run());
  EXPECT_EQ(told, 1);
  ASSERT_TRUE(loop.run());
  EXPECT_EQ(told, 1) << "nobody asked";
  ready.wait([&](const Result<void>&) {
    ++told;
    ready.wait([&](const Result<void>&) { ++told; });  // ready as before: told again
  });
  ASSERT_TRUE(loop.run());
  EXPECT_EQ(told, 3);
}

TEST_P(Readies, TakeAQuestionBack) {
  test::Gate gate;
  gate.open();
  Ready ready = *Ready::open(loop, gate.waiter());
  ready.wait([](const Result<void>&) { FAIL(); });
  ready.cancel();
  EXPECT_FALSE(ready.active());
  run("nothing");
  bool told = false;
  ready.wait([](const Result<void>&) { FAIL() << "replaced"; });
  ready.wait([&](const Result<void>&) { told = true; });
  run("an open gate");
  EXPECT_TRUE(told);
}

TEST_P(Readies, MayBeClosedWhileTheyWait) {
  const test::Waiting waiting("a turn");
  for (int i = 0; i < 50; ++i) {
    test::Gate gate;
    Ready ready = *Ready::open(loop, gate.waiter());
    ready.wait([](const Result<void>&) { FAIL(); });
    ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
    if (i % 2 == 0) gate.open();  // then its event may be under way when it is closed
    ready.close();
    ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
  }
}

TEST_P(Readies, BringAReaperIntoTheLoop) {
  reaping::Reaper reaper = std::move(reaping::Reaper::make()).value();
  std::vector<spawn::Process> children;
  for (std::uint64_t i = 0; i < 3; ++i) {
    spawn::Options options;
    options.file = test::program("probe");
    options.args = {"exit", "0"};
    children.push_back(std::move(spawn::start(options)).value());
    ASSERT_TRUE(reaper.watch(children.back(), i));
  }
  Ready ready = *Ready::open(loop, reaper.native());
  std::function<void(const Result<void>&)> look = [&](const Result<void>&) {
    reaping::Reaper::Key ended[3];
    const std::size_t count = *reaper.next(ended, Deadline::after(Milliseconds(0)));
    for (std::size_t i = 0; i < count; ++i) EXPECT_TRUE(children[ended[i]].wait()->success());
    if (reaper.watched() > 0) ready.wait(look);
  };
  ready.wait(look);
  run("three children of a reaper");
  EXPECT_EQ(reaper.watched(), 0U);
}

TEST_P(Readies, RefuseWhatIsNotOpen) {
  const Result<Ready> none = Ready::open(loop, kNoHandle);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, std::errc::bad_file_descriptor);
}

}  // namespace
}  // namespace proclab::loop
