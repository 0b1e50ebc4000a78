// tests/ch10 · fairness: whoever has more to do than all others does not keep them waiting.
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "chapters/ch10_loop/stream.h"
#include "chapters/ch10_loop/timer.h"
#include "tests/ch10_loop/each_backend.h"

namespace proclab::loop {
namespace {

class Fair : public EachBackend {
 protected:
  /// A stream that always has something: each read is answered by a write at the other end.
  struct Flood {
    explicit Flood(Two streams) : ends(std::move(streams)) {
      ends.a.write(std::string(200'000, 'x'));
      read();
    }
    void read() {
      ends.b.read([this](const Result<Bytes>& got) {
        ++reads;
        ends.a.write(std::string(got->data));
        read();
      });
    }
    Two ends;
    int reads = 0;
  };
  void until(const bool& done) {
    const test::Waiting waiting("somebody beside a flood");
    while (!done) ASSERT_TRUE(loop.turn());
  }
};
INSTANTIATE_TEST_SUITE_P(By, Fair, testing::ValuesIn(backends()), backend_name);

TEST_P(Fair, AQuietStreamBesideAFlood) {
  Flood flood(two());
  Two quiet = two();
  bool done = false;
  int before = 0;
  quiet.b.read([&](const Result<Bytes>&) { done = true; });
  quiet.a.write("one byte", [&](const Result<void>&) { before = flood.reads; });
  until(done);
  EXPECT_LE(flood.reads, before + 3) << "a read a turn is all that the flood gets";
}

TEST_P(Fair, TwoFloodsShare) {
  Flood one(two()), other(two());
  const test::Waiting waiting("two floods");
  while (one.reads + other.reads < 400) ASSERT_TRUE(loop.turn());
  EXPECT_GT(one.reads, 100);
  EXPECT_GT(other.reads, 100);
}

TEST_P(Fair, ATimerBesideAFlood) {
  Flood flood(two());
  bool done = false;
  const Timer timer = Timer::once(loop, Milliseconds(1), [&] { done = true; });
  until(done);
}

TEST_P(Fair, AStreamBesidePostsThatPostAgain) {
  bool done = false;
  std::function<void()> again = [&] {
    if (!done) loop.post(again);
  };
  again();
  Two ends = two();
  ends.b.read([&](const Result<Bytes>&) { done = true; });
  ends.a.write("x");
  until(done);
  ASSERT_TRUE(loop.run());
}

TEST_P(Fair, AStreamBesideATimerThatIsAlwaysDue) {
  bool done = false;
  std::optional<Timer> timer;
  timer = Timer::once(loop, Milliseconds(0), [&] { timer->restart(Milliseconds(0)); });
  Two ends = two();
  ends.b.read([&](const Result<Bytes>&) { done = true; });
  ends.a.write("x");
  until(done);
}

TEST_P(Fair, AStreamBesideAWriterThatAlwaysHasMore) {
  bool done = false;
  Two flood = two(), quiet = two();
  std::function<void(const Result<void>&)> more = [&](const Result<void>&) {
    if (!done) flood.a.write("x", more);
  };
  std::function<void(const Result<Bytes>&)> swallow = [&](const Result<Bytes>& got) {
    if (got && !got->end() && !done) flood.b.read(swallow);
  };
  flood.b.read(swallow);
  more({});
  quiet.b.read([&](const Result<Bytes>&) { done = true; });
  quiet.a.write("x");
  until(done);
}

TEST_P(Fair, ATimerBesideThousandsThatAreReady) {
  std::vector<std::unique_ptr<Flood>> floods;
  for (int i = 0; i < 300; ++i) floods.push_back(std::make_unique<Flood>(two({.most = 16})));
  bool done = false;
  const Timer timer = Timer::once(loop, Milliseconds(5), [&] { done = true; });
  until(done);
  int most = 0, least = 1 << 30;
  for (const auto& flood : floods) {
    most = std::max(most, flood->reads);
    least = std::min(least, flood->reads);
  }
  EXPECT_LE(most, least + 3) << "all have had their turns";
}

}  // namespace
}  // namespace proclab::loop
