// tests/ch10 · close: from anywhere, at any time, and nothing runs afterwards.
#include <memory>
#include <optional>

#include "chapters/ch10_loop/ready.h"
#include "chapters/ch10_loop/stream.h"
#include "chapters/ch10_loop/timer.h"
#include "tests/ch10_loop/each_backend.h"

namespace proclab::loop {
namespace {

class Closing : public EachBackend {};
INSTANTIATE_TEST_SUITE_P(By, Closing, testing::ValuesIn(backends()), backend_name);

TEST_P(Closing, AStreamInItsOwnCallback) {
  Two ends = two();
  auto owner = std::make_unique<Stream>(std::move(ends.b));
  std::string text;
  owner->read([&owner, &text, copy = std::string("still here")](const Result<Bytes>& got) {
    owner.reset();  // destroys the stream whose callback this is; not the callback
    text = std::string(got->data) + " " + copy;
  });
  ends.a.write("came");
  run("a stream that closes itself");
  EXPECT_EQ(text, "came still here");
}

TEST_P(Closing, AStreamThatOwnsItself) {
  Two ends = two();
  const auto self = std::make_shared<Stream>(std::move(ends.b));
  const std::weak_ptr<Stream> watch = self;
  self->read([self](const Result<Bytes>&) { self->close(); });
  ends.a.write("x");
  run("a stream that is held by its own callback");
  EXPECT_FALSE(watch.expired()) << "by us";
  self->read([self](const Result<Bytes>&) {});
  EXPECT_EQ(self.use_count(), 1) << "closed: nothing is kept";
}

TEST_P(Closing, OneOfTwoThatAreReady) {
  for (const bool first : {true, false}) {
    Two one = two(), other = two();
    int calls = 0;
    const auto close_both = [&](const Result<Bytes>&) {
      ++calls;
      one.b.close();
      other.b.close();
    };
    (first ? one : other).b.read(close_both);
    (first ? other : one).b.read(close_both);
    int written = 0;
    const auto wrote = [&](const Result<void>&) { ++written; };
    one.a.write("x", wrote);
    other.a.write("x", wrote);
    run("two streams with something to read");
    EXPECT_EQ(written, 2);
    EXPECT_EQ(calls, 1) << "the other one had its event already";
  }
}

TEST_P(Closing, AndOpeningAnotherWithTheSameNumber) {
  Two one = two(), other = two();
  std::optional<Stream> stranger;
  std::optional<Stream> keep;  // its other end
  int calls = 0;
  const auto replace = [&](Stream& victim) {
    ++calls;
    const NativeHandle number = victim.native();
    victim.close();
    sockets::Pair ends = std::move(sockets::pair()).value();
    if (!kWindows) {
      EXPECT_EQ(ends.first.get(), number) << "the lowest free number";
    }
    stranger = *Stream::open(loop, std::move(ends.first));
    keep = *Stream::open(loop, std::move(ends.second));
    stranger->read([](const Result<Bytes>&) { FAIL() << "an event for its predecessor"; });
    stranger->unref();
  };
  one.b.read([&](const Result<Bytes>&) { replace(other.b); });
  other.b.read([&](const Result<Bytes>&) { replace(one.b); });
  one.a.write("x");
  other.a.write("x");
  run("a stream that is replaced");
  EXPECT_EQ(calls, 1);
}

TEST_P(Closing, AStreamThatWrites) {
  Two ends = two();
  int told = 0;
  for (int i = 0; i < 3; ++i) {
    ends.a.write("x", [&](const Result<void>&) {
      ++told;
      ends.a.close();
    });
  }
  run("the first of three writes");
  EXPECT_EQ(told, 1);
}

TEST_P(Closing, WithALargeWriteUnderWay) {
  Two ends = two();
  ends.a.write(std::string(4 << 20, 'x'), [](const Result<void>&) { FAIL(); });
  ends.b.read([](const Result<Bytes>&) {});
  const test::Waiting waiting("a turn");
  ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
  ends.a.close();
  ends.b.close();
  ASSERT_TRUE(loop.run());
}

TEST_P(Closing, TheLoopClosesAll) {
  const auto captured = std::make_shared<int>(0);
  Two ends = two(), pipes = pipe();
  ends.a.read([captured](const Result<Bytes>&) { ++*captured; });
  ends.a.write(std::string(1 << 20, 'x'), [captured](const Result<void>&) { ++*captured; });
  pipes.a.read([captured](const Result<Bytes>&) { ++*captured; });
  Timer timer = Timer::every(loop, Milliseconds(1), [captured] { ++*captured; });
  Hold hold(loop);
  loop.post([captured] {});
  {
    const test::Waiting waiting("one turn, and the end of all that is under way");
    ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
    const Loop last = std::move(loop);
  }
  EXPECT_EQ(captured.use_count(), 1);
  const int before = *captured;
  EXPECT_FALSE(ends.a.is_open() || pipes.a.is_open() || timer.is_open() || hold.is_open());
  ends.a.write("after the loop's end");  // and none of these does a thing
  ends.a.read([captured](const Result<Bytes>&) { ++*captured; });
  ends.a.end();
  ends.a.close();
  timer.restart(Milliseconds(1));
  timer.ref();
  timer.unref();
  EXPECT_EQ(*captured, before);
}

TEST_P(Closing, AndStartingOthersInEveryCallback) {
  int left = 200;
  std::vector<std::unique_ptr<Two>> alive;
  std::function<void()> next = [&] {
    if (--left < 0) return;
    alive.push_back(std::make_unique<Two>(two()));
    Two& ends = *alive.back();
    ends.a.write("x");
    ends.b.read([&](const Result<Bytes>&) {
      if (alive.size() > 3) alive.erase(alive.begin());
      next();
    });
  };
  next();
  run("200 generations of streams");
  EXPECT_EQ(left, -1);
}

}  // namespace
}  // namespace proclab::loop
