// tests/ch10 · ends of children as events.
#include "chapters/ch10_loop/exit.h"

#include <map>
#include <optional>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch10_loop/timer.h"
#include "tests/ch10_loop/each_backend.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::loop {
namespace {

class Exits : public EachBackend {
 protected:
  const test::Waiting waiting{"a child's end, in the loop or after it"};
  /// A probe with pipes at its stdin and stdout.
  struct Child {
    spawn::Process process;
    Stream input, output;
  };
  Child start(std::vector<std::string> args) {
    pipes::Pipe in = std::move(pipes::make_pipe(pipes::Async::write)).value();
    pipes::Pipe out = std::move(pipes::make_pipe(pipes::Async::read)).value();
    spawn::Options options;
    options.file = test::program("probe");
    options.args = std::move(args);
    options.slots = {spawn::Slot::from(0, in.read.get()), spawn::Slot::from(1, out.write.get())};
    return {std::move(spawn::start(options)).value(), *Stream::open(loop, std::move(in.write)),
            *Stream::open(loop, std::move(out.read))};
  }
};
INSTANTIATE_TEST_SUITE_P(By, Exits, testing::ValuesIn(backends()), backend_name);

TEST_P(Exits, AreToldOnceAndReapNothing) {
  Child child = start({"exit", "7"});
  int told = 0;
  const Exit exit = *Exit::watch(loop, child.process, [&] { ++told; });
  EXPECT_TRUE(exit.active());
  run("a child that exits");
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(exit.active());
  EXPECT_TRUE(child.process.owes_wait());
  EXPECT_EQ(child.process.wait()->code, 7U);
}

TEST_P(Exits, OfTwentyChildrenEachWithItsStatus) {
  constexpr unsigned kMany = kWindows ? 5 : 20;
  std::vector<Child> children;
  std::vector<Exit> exits;
  std::map<unsigned, int> ends;
  for (unsigned i = 0; i < kMany; ++i) children.push_back(start({"exit", std::to_string(i)}));
  for (Child& child : children) {
    exits.push_back(*Exit::watch(loop, child.process, [&] { ++ends[child.process.wait()->code]; }));
  }
  run("all the children");
  for (unsigned i = 0; i < kMany; ++i) EXPECT_EQ(ends[i], 1) << i;
}

TEST_P(Exits, OfAChildThatHasEndedAlready) {
  Child child = start({"exit", "0"});
  child.output.read([&](const Result<Bytes>& got) { EXPECT_TRUE(got && got->end()); });
  run("the end of the child's output");
  bool told = false;
  const Exit exit = *Exit::watch(loop, child.process, [&] { told = true; });
  run("the end of the child");
  EXPECT_TRUE(told);
  ASSERT_TRUE(child.process.wait());
}

TEST_P(Exits, BesideBytesAndATimer) {
  Child child = start({"cat"});
  std::string text;
  bool ended = false;
  std::function<void()> read = [&] {
    child.output.read([&](const Result<Bytes>& got) {
      if (!got || got->end()) return;
      text += got->data;
      read();
    });
  };
  read();
  const Exit exit = *Exit::watch(loop, child.process, [&] { ended = true; });
  const Timer timer = Timer::once(loop, Milliseconds(5), [&] {
    child.input.write("said by a timer");
    child.input.end();
  });
  run("cat");
  EXPECT_EQ(text, "said by a timer");
  EXPECT_TRUE(ended);
  EXPECT_TRUE(child.process.wait()->success());
}

TEST_P(Exits, OfAChildKilledInTheMiddleOfAMessage) {
  Child child = start({"cat"});
  std::string text;
  bool ended = false, at_end = false;
  std::function<void()> read = [&] {
    child.output.read([&](const Result<Bytes>& got) {
      ASSERT_TRUE(got);
      at_end = got->end();
      if (at_end) return;
      text += got->data;
      if (text == "half a mess") {
        ASSERT_TRUE(child.process.kill(spawn::kKill));
      }
      read();
    });
  };
  read();
  const Exit exit = *Exit::watch(loop, child.process, [&] { ended = true; });
  child.input.write("half a mess");
  run("a child that was killed");
  EXPECT_TRUE(ended && at_end);
  EXPECT_EQ(text, "half a mess");
  EXPECT_EQ(child.process.wait()->signal, spawn::kKill);
}

TEST_P(Exits, NotReferencedKeepNobody) {
  Child child = start({"stdin-eof"});
  bool told = false;
  Exit exit = *Exit::watch(loop, child.process, [&] { told = true; });
  exit.unref();
  run("nothing");
  EXPECT_FALSE(told);
  exit.close();
  child.input.end();
  run("the end of the child's input");
  ASSERT_TRUE(child.process.wait());
  run("nothing");
  EXPECT_FALSE(told) << "it was closed before";
}

TEST_P(Exits, OfNoChildAreAnError) {
  Child child = start({"exit", "0"});
  ASSERT_TRUE(child.process.wait());
  const Result<Exit> exit = Exit::watch(loop, child.process, [] {});
  ASSERT_FALSE(exit);
  EXPECT_EQ(exit.error().code, std::errc::no_child_process);
}

TEST_P(Exits, MayCloseThemselves) {
  Child child = start({"exit", "0"});
  std::optional<Exit> exit;
  bool told = false;
  exit = *Exit::watch(loop, child.process, [&] {
    exit.reset();
    told = true;
  });
  run("a child that exits");
  EXPECT_TRUE(told);
  ASSERT_TRUE(child.process.wait());
}

}  // namespace
}  // namespace proclab::loop
