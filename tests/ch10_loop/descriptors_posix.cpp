// tests/ch10 · descriptors: passed along with bytes, run out of, and never left behind.
#include <fcntl.h>
#include <unistd.h>

#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "chapters/ch01_process/limits.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch10_loop/accept.h"
#include "chapters/ch10_loop/ready.h"
#include "chapters/ch10_loop/timer.h"
#include "tests/ch10_loop/each_backend.h"

namespace proclab::loop {
namespace {

class Descriptors : public EachBackend {};
INSTANTIATE_TEST_SUITE_P(By, Descriptors, testing::ValuesIn(backends()), backend_name);

TEST_P(Descriptors, RideOnTheirBytes) {
  Two ends = two({.handles = 2});
  pipes::Pipe one = *pipes::make_pipe();
  std::vector<Handle> mine;
  mine.push_back(std::move(one.write));
  std::string text;
  std::vector<Handle> theirs;
  std::function<void()> read = [&] {
    ends.b.read([&](Result<Bytes> got) {
      ASSERT_TRUE(got);
      text += got->data;
      for (Handle& handle : got->handles) theirs.push_back(std::move(handle));
      if (text.size() < 15) read();
    });
  };
  read();
  ends.a.write("first");
  ends.a.write("along", std::move(mine));
  ends.a.write("after");
  run("a descriptor");
  EXPECT_EQ(text, "firstalongafter");
  ASSERT_EQ(theirs.size(), 1U);
  ASSERT_EQ(::write(theirs[0].get(), "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(::read(one.read.get(), &byte, 1), 1);
  EXPECT_EQ(byte, 'x');
}

TEST_P(Descriptors, MayBeKeptByWhoSendsThem) {
  Two ends = two();
  pipes::Pipe one = *pipes::make_pipe();
  const auto kept = std::make_shared<const Handle>(std::move(one.write));
  ends.a.write("first", Riders{{kept->get()}, kept});
  EXPECT_EQ(kept.use_count(), 2) << "the stream keeps it open, too, until it has gone";
  ends.b.read([&](const Result<Bytes>&) {});
  run("a descriptor that its sender keeps");
  EXPECT_EQ(kept.use_count(), 1);
  EXPECT_EQ(::write(kept->get(), "x", 1), 1) << "it is still open here";
}

TEST_P(Descriptors, ThatNobodyWantsAreClosed) {
  Two ends = two();  // takes none
  pipes::Pipe one = *pipes::make_pipe();
  std::vector<Handle> mine;
  mine.push_back(std::move(one.write));
  ends.a.write("with a descriptor", std::move(mine));
  std::size_t size = 0, handles = 99;
  ends.b.read([&](const Result<Bytes>& got) {
    size = got->data.size();
    handles = got->handles.size();
  });
  run("a descriptor that nobody wants");
  EXPECT_EQ(size, 17U);
  EXPECT_EQ(handles, 0U);
  char byte = 0;
  EXPECT_EQ(::read(one.read.get(), &byte, 1), 0) << "no copy of the write end is left";
}

TEST_P(Descriptors, DoNotGoThroughAPipe) {
  Two ends = pipe();
  std::vector<Handle> mine;
  mine.emplace_back(::dup(0));
  std::optional<Error> why;
  ends.b.write("x", std::move(mine), [&](const Result<void>& how) { why = how.error(); });
  run("a write that fails");
  EXPECT_EQ(why->code, std::errc::not_supported);
}

TEST_P(Descriptors, OfAPipeMayBecomeBlockingInOtherHands) {
  // O_NONBLOCK belongs to all who share the pipe. The loop does not read before the kernel says that it may.
  Two ends = pipe();
  ASSERT_EQ(::fcntl(ends.a.native(), F_SETFL, 0), 0);
  std::string got;
  ends.a.read([&](const Result<Bytes>& bytes) { got = bytes->data; });
  const Timer later = Timer::once(loop, Milliseconds(1), [&] { ends.b.write("late"); });
  run("a timer beside a read that would block");
  EXPECT_EQ(got, "late");
}

TEST_P(Descriptors, HaveOneSourceEach) {
  const pipes::Pipe one = *pipes::make_pipe();
  Ready first = *Ready::open(loop, one.read.get());
  const Result<Ready> second = Ready::open(loop, one.read.get());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, std::errc::device_or_resource_busy);
  first.close();
  EXPECT_TRUE(Ready::open(loop, one.read.get()));
}

TEST_P(Descriptors, GivenOutAgainHearNothingOfTheirPast) {
  Two one = two(), other = two();
  std::optional<pipes::Pipe> fresh;
  std::optional<Ready> stranger;
  const auto replace = [&](Stream& victim) {
    const NativeHandle number = victim.native();
    victim.close();
    fresh = *pipes::make_pipe();
    ASSERT_EQ(fresh->read.get(), number) << "the lowest free number";
    stranger = *Ready::open(loop, number);
    stranger->wait([](const Result<void>&) { FAIL() << "an event for its predecessor"; });
    stranger->unref();
  };
  one.b.read([&](const Result<Bytes>&) { replace(other.b); });
  other.b.read([&](const Result<Bytes>&) { replace(one.b); });
  one.a.write("x");
  other.a.write("x");
  run("a descriptor that is replaced");
  EXPECT_TRUE(stranger);
}

TEST_P(Descriptors, GetTheirFlagsBack) {
  pipes::Pipe one = *pipes::make_pipe();
  const Handle copy(::dup(one.write.get()));
  {
    const Stream stream = *Stream::open(loop, std::move(one.write));
    EXPECT_NE(::fcntl(copy.get(), F_GETFL) & O_NONBLOCK, 0);
  }
  EXPECT_EQ(::fcntl(copy.get(), F_GETFL) & O_NONBLOCK, 0);
  pipes::Pipe two = *pipes::make_pipe(pipes::Async::write);
  const Handle other(::dup(two.write.get()));
  { const Stream stream = *Stream::open(loop, std::move(two.write)); }
  EXPECT_NE(::fcntl(other.get(), F_GETFL) & O_NONBLOCK, 0) << "it was so before";
}

/// Lowers the limit to what is open, and a few; takes those few; and gives all back.
class NoneLeft {
 public:
  NoneLeft() {
    before_ = *process::get_limit(process::Limit::open_files);
    process::LimitPair low = before_;
    low.soft = 64;
    EXPECT_TRUE(process::set_limit(process::Limit::open_files, low));
    for (Handle one(::dup(0)); one; one = Handle(::dup(0))) taken_.push_back(std::move(one));
  }
  ~NoneLeft() { EXPECT_TRUE(process::set_limit(process::Limit::open_files, before_)); }
  void give_one_back() { taken_.pop_back(); }

 private:
  process::LimitPair before_;
  std::vector<Handle> taken_;
};

TEST_P(Descriptors, ThatRanOutMakeAServerWaitAndNotSpin) {
  TcpServer server = *TcpServer::open(loop, *sockets::listen_tcp({"127.0.0.1", 0}));
  const sockets::Socket client = *sockets::connect_tcp(*sockets::local_address(server.listener()));
  NoneLeft none_left;
  int refused = 0, ticks = 0;
  bool came = false;
  std::function<void()> accept = [&] {
    server.accept([&](const Result<sockets::Socket>& one) {
      came = one.has_value();
      if (came) return;
      EXPECT_EQ(one.error().code, std::errc::too_many_files_open);
      ++refused;
      accept();  // at once, as one does
    });
  };
  accept();
  Timer timer = Timer::every(loop, Milliseconds(60), [&] {
    if (++ticks < 3) return;
    none_left.give_one_back();
    timer.close();
  });
  run("a client that could not be taken at first");
  EXPECT_TRUE(came);
  EXPECT_GE(refused, 1);
  EXPECT_LE(loop.counts().turns, 100U)
      << "180 ms of trying in a circle would be thousands of turns";
}

TEST_P(Descriptors, ThatRanOutMakeNoHalfLoop) {
  NoneLeft none_left;
  for (int left = 0; left < 2; ++left) {  // none for the epoll, none for the pipe that wakes it
    const Result<Loop> one = Loop::open(GetParam());
    ASSERT_FALSE(one);
    EXPECT_EQ(one.error().code, std::errc::too_many_files_open);
    none_left.give_one_back();
  }
}

}  // namespace
}  // namespace proclab::loop
