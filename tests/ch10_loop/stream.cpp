// tests/ch10 · streams: every byte, in order, and every end with its name.
#include "chapters/ch10_loop/stream.h"

#include <memory>
#include <optional>
#include <set>
#include <thread>

#include "chapters/ch02_stdio/writer.h"
#include "chapters/ch05_pipes/redirect.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch10_loop/timer.h"
#include "tests/ch10_loop/each_backend.h"

namespace proclab::loop {
namespace {

std::string pattern(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i * 31 % 26);
  return text;
}

class Streams : public EachBackend {};
INSTANTIATE_TEST_SUITE_P(By, Streams, testing::ValuesIn(backends()), backend_name);

TEST_P(Streams, BringWhatWasWritten) {
  Two ends = two();
  std::string there, back;
  ends.b.read([&](const Result<Bytes>& got) {
    there = got->data;
    ends.b.write("pong");
  });
  ends.a.write("ping");
  ends.a.read([&](const Result<Bytes>& got) { back = got->data; });
  run("ping and pong");
  EXPECT_EQ(there, "ping");
  EXPECT_EQ(back, "pong");
}

TEST_P(Streams, OverAPipe) {
  Two ends = pipe();
  Collector all(ends.a);
  ends.b.write("through a pipe");
  ends.b.end();
  run("a pipe's end");
  EXPECT_EQ(all.text, "through a pipe");
  EXPECT_TRUE(all.ended);
}

TEST_P(Streams, OverTcp) {
  const sockets::Socket listener = *sockets::listen_tcp({"127.0.0.1", 0});
  sockets::Socket client = *sockets::connect_tcp(*sockets::local_address(listener));
  Stream a = *Stream::open(loop, std::move(client));
  Stream b = *Stream::open(loop, *sockets::accept_tcp(listener));
  Collector at_b(b), at_a(a);
  a.write("question");
  a.end([&](const Result<void>& how) {
    EXPECT_TRUE(how);
    b.write("answer");
    b.end();
  });
  run("both halves of a connection");
  EXPECT_EQ(at_b.text, "question");
  EXPECT_EQ(at_a.text, "answer") << "an end of one direction leaves the other";
  EXPECT_TRUE(at_a.ended && at_b.ended);
}

TEST_P(Streams, NeverCallBackWithinTheCall) {
  Two ends = two();
  bool inside = true;
  ends.a.write("x", [&](const Result<void>&) { EXPECT_FALSE(inside); });
  ends.b.read([&](const Result<Bytes>&) { EXPECT_FALSE(inside); });
  inside = false;
  run("a byte");
}

TEST_P(Streams, CarryMegabytesInOrder) {
  Two ends = two({.most = 10'007});
  Collector all(ends.b);
  const std::string text = pattern(8 << 20);
  int done = 0;
  for (std::size_t at = 0; at < text.size(); at += 1 << 20) {
    ends.a.write(text.substr(at, 1 << 20), [&](const Result<void>& how) {
      EXPECT_TRUE(how);
      if (++done < 8) return;
      EXPECT_EQ(ends.a.pending(), 0U);
      ends.a.close();
    });
  }
  EXPECT_GT(ends.a.pending(), 0U);  // all that the kernel has no room for
  run("8 MiB");
  EXPECT_TRUE(all.text == text) << all.text.size() << " bytes";
  EXPECT_TRUE(all.ended);
}

TEST_P(Streams, ThatNobodyReadsHoldTheWriter) {
  if (kWindows) GTEST_SKIP() << "Wine's pipes never fill, so nothing would be shown";
  Two ends = two();
  bool done = false;
  ends.a.write(std::string(4 << 20, 'x'), [&](const Result<void>&) { done = true; });
  const test::Waiting waiting("a full pipe");
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(*loop.turn(Deadline::after(Milliseconds(0))));
  EXPECT_FALSE(done);
  EXPECT_GT(ends.a.pending(), 0U);
  const std::uint64_t before = loop.counts().turns;
  ASSERT_TRUE(*loop.turn(Deadline::after(Milliseconds(5))));  // waits: it does not turn in a circle
  EXPECT_EQ(loop.counts().turns, before + 1);
  Collector all(ends.b);
  while (!done) ASSERT_TRUE(*loop.turn());
  EXPECT_EQ(ends.a.pending(), 0U);
}

TEST_P(Streams, LeaveTogetherWhatWasWrittenInOneTurn) {
  // A message socket shows what one system call has sent.
  sockets::Pair ends = std::move(sockets::pair(sockets::Kind::seqpacket)).value();
  Stream a = *Stream::open(loop, std::move(ends.first));
  int done = 0;
  for (int i = 0; i < 1000; ++i) {
    a.write("ten bytes\n", [&](const Result<void>& how) { done += how ? 1 : 0; });
  }
  run("1,000 small writes");
  EXPECT_EQ(done, 1000);
  std::vector<char> room(100'000);
  EXPECT_EQ(sockets::receive_message(ends.second.get(), room)->size, 10'000U);
}

TEST_P(Streams, MayBeWrittenWhereTheBytesLeaveFrom) {
  Two ends = two();
  EXPECT_EQ(ends.a.tail(), nullptr) << "nothing is there to be appended to";
  ends.a.grew(0);
  ends.a.write("1");
  for (int i = 2; i <= 5'000; ++i) {
    std::string* const tail = ends.a.tail();
    const std::string text = "," + std::to_string(i);
    if (tail == nullptr) {  // full, or the system works on it
      ends.a.write(text);
    } else {
      const std::size_t before = ends.a.pending();
      tail->append(text);
      ends.a.grew(text.size());
      EXPECT_EQ(ends.a.pending(), before + text.size());
    }
  }
  bool told = false;
  ends.a.write({}, [&](const Result<void>& how) { told = how.has_value(); });
  ends.a.end();
  EXPECT_EQ(ends.a.tail(), nullptr) << "there will be no more";
  Collector all(ends.b);
  run("5,000 numbers");
  EXPECT_TRUE(told);
  std::string want = "1";
  for (int i = 2; i <= 5'000; ++i) want += "," + std::to_string(i);
  EXPECT_TRUE(all.text == want) << all.text.size() << " bytes";
  ends.a.close();
  EXPECT_EQ(ends.a.tail(), nullptr);
  ends.a.grew(0);
}

TEST_P(Streams, SendACallsWorthAtOnce) {
  sockets::Pair ends = std::move(sockets::pair()).value();
  Stream a = *Stream::open(loop, std::move(ends.first));
  a.write(std::string(60 * 1024, 'x'));
  EXPECT_EQ(a.pending(), 60U * 1024) << "there may be more to come";
  a.write(std::string(4 * 1024, 'y'));
  EXPECT_EQ(a.pending(), kWindows ? 64U * 1024 : 0U);  // there it is under way
  std::vector<char> room(64 * 1024);
  const test::Waiting waiting("bytes that no turn of the loop has sent");
  EXPECT_GT(*sockets::receive(ends.second.get(), room), 0U);
}

TEST_P(Streams, MayBeFlushedBeforeTheTurnIsOver) {
  sockets::Pair ends = std::move(sockets::pair()).value();
  Stream a = *Stream::open(loop, std::move(ends.first));
  bool inside = true, done = false;
  a.write("at once", [&](const Result<void>& how) {
    EXPECT_TRUE(how);
    EXPECT_FALSE(inside);
    done = true;
  });
  a.flush();
  EXPECT_EQ(a.pending(), kWindows ? 7U : 0U);
  a.flush();
  inside = false;
  char room[16];
  const test::Waiting waiting("bytes that no turn of the loop has sent");
  EXPECT_EQ(*sockets::receive(ends.second.get(), room), 7U);
  ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
  ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
  EXPECT_TRUE(done);
  ends.second.close();
  a.write("nobody reads", [&](const Result<void>& how) { done = how.has_value(); });
  a.flush();
  run("a write that fails");
  EXPECT_FALSE(done);
}

TEST_P(Streams, TellOfWhatIsGoneAlsoWhenTheRestIsNot) {
  if (kWindows) GTEST_SKIP() << "Wine's pipes never fill, so all is taken";
  sockets::Pair ends = std::move(sockets::pair()).value();
  Stream a = *Stream::open(loop, std::move(ends.first));
  std::vector<bool> how;
  const auto note = [&](const Result<void>& r) { how.push_back(r.has_value()); };
  a.write("goes at once", note);
  a.write(std::string(8 << 20, 'x'), note);  // fills the socket within this very call
  ends.second.close();
  run("a write that half went");
  EXPECT_EQ(how, (std::vector<bool>{true, false}));
}

TEST_P(Streams, KeepTheMemoryOfWhatIsGone) {
  Two ends = two();
  EXPECT_EQ(ends.a.spare().capacity(), std::string().capacity());
  ends.a.write(std::string(50'000, 'x'));
  for (int i = 0; i < 100; ++i) ends.a.write(std::string(100, 'y'));
  Collector all(ends.b);
  ends.a.write("", [&](const Result<void>&) { ends.a.end(); });
  run("a large write");
  EXPECT_EQ(all.text.size(), 60'000U);
  std::string text = ends.b.spare();
  EXPECT_TRUE(text.empty());
  EXPECT_GE(text.capacity(), 100U);
}

TEST_P(Streams, TellEachWriterWhenItsBytesAreGone) {
  Two ends = two();
  std::vector<int> order;
  ends.a.write("1", [&](const Result<void>&) { order.push_back(1); });
  ends.a.write("", [&](const Result<void>&) { order.push_back(2); });
  ends.a.write("3");
  ends.a.write(std::string(100'000, 'x'), [&](const Result<void>&) { order.push_back(4); });
  ends.a.end([&](const Result<void>&) { order.push_back(5); });
  Collector all(ends.b);
  run("five writes");
  EXPECT_EQ(order, (std::vector<int>{1, 2, 4, 5}));
  EXPECT_EQ(all.text.size(), 100'002U);
}

// ---- ends ----

TEST_P(Streams, ThatDieAtAnyByteGiveWhatCameBefore) {
  for (std::size_t size = 0; size <= 64; ++size) {
    Two ends = two();
    Collector all(ends.b);
    if (size > 0) {
      ends.a.write(std::string(size, 'x'), [&](const Result<void>&) { ends.a.close(); });
    } else {
      ends.a.close();
    }
    run("a stream that died after " + std::to_string(size));
    EXPECT_EQ(all.text.size(), size);
    EXPECT_TRUE(all.ended);
  }
}

TEST_P(Streams, TellTheEndAsOftenAsAsked) {
  Two ends = two();
  ends.a.close();
  int told = 0;
  for (int i = 0; i < 3; ++i) {
    ends.b.read([&](const Result<Bytes>& got) { told += got && got->end() ? 1 : 0; });
    run("an end");
  }
  EXPECT_EQ(told, 3);
}

TEST_P(Streams, WithoutAReaderAreAnErrorAndNoDeath) {
  for (const bool of_pipe : {true, false}) {
    Two ends = of_pipe ? pipe() : two();
    Stream& writer = of_pipe ? ends.b : ends.a;
    (of_pipe ? ends.a : ends.b).close();
    std::vector<Result<void>> how;
    const auto note = [&](const Result<void>& one) { how.push_back(one); };
    writer.write("nobody reads", note);
    writer.write("nor this", note);
    run("two writes that fail");
    writer.write("nor ever", note);
    run("a third");
    ASSERT_EQ(how.size(), 3U);
    for (const Result<void>& one : how) {
      ASSERT_FALSE(one);
      EXPECT_EQ(one.error().code, std::errc::broken_pipe) << one.error().message();
    }
    EXPECT_EQ(writer.pending(), 0U);
  }
}

TEST_P(Streams, TakeNoWritesAfterTheEnd) {
  Two ends = pipe();
  Collector all(ends.a);
  std::set<int> told;
  ends.b.write("last words");
  ends.b.end([&](const Result<void>& how) { told.insert(how ? 1 : -1); });
  ends.b.write("too late", [&](const Result<void>& how) {
    ASSERT_FALSE(how);
    EXPECT_EQ(how.error().code, std::errc::broken_pipe);
    told.insert(2);
  });
  ends.b.end([&](const Result<void>&) { told.insert(3); });  // said already
  run("a pipe's end");
  EXPECT_EQ(all.text, "last words");
  EXPECT_EQ(told, (std::set<int>{1, 2}));
}

TEST_P(Streams, ClosedDropWhatIsPending) {
  Two ends = two();
  const auto captured = std::make_shared<int>(0);
  for (int i = 0; i < 3; ++i) {
    ends.a.write("never", [captured](const Result<void>&) { ++*captured; });
  }
  ends.a.read([captured](const Result<Bytes>&) { ++*captured; });
  EXPECT_EQ(captured.use_count(), 5);
  ends.a.close();
  EXPECT_EQ(captured.use_count(), 1) << "what the callbacks had captured is let go";
  EXPECT_EQ(ends.a.pending(), 0U);
  ends.a.write("on a closed stream", [captured](const Result<void>&) { ++*captured; });
  ends.a.read([captured](const Result<Bytes>&) { ++*captured; });
  ends.a.end();
  ends.a.cancel_read();
  EXPECT_EQ(ends.a.native(), kNoHandle);
  run("nothing");
  EXPECT_EQ(*captured, 0);
  EXPECT_EQ(captured.use_count(), 1);
}

TEST_P(Streams, CancelledReadsLoseNothing) {
  Two ends = two();
  const test::Waiting waiting("a write");
  ends.b.read([](const Result<Bytes>&) { FAIL() << "it was cancelled"; });
  ASSERT_TRUE(*loop.turn(Deadline::after(Milliseconds(0))));
  ends.b.cancel_read();
  EXPECT_FALSE(ends.b.active());
  bool written = false;
  ends.a.write("kept", [&](const Result<void>&) { written = true; });
  while (!written) ASSERT_TRUE(loop.turn());
  std::string text;
  ends.b.read([](const Result<Bytes>&) { FAIL() << "it was replaced"; });
  ends.b.read([&](const Result<Bytes>& got) { text = got->data; });
  ASSERT_TRUE(loop.run());
  EXPECT_EQ(text, "kept");
}

// ---- what is no stream ----

TEST_P(Streams, RefuseFilesAndWhatIsNotOpen) {
  const Result<Handle> text = pipes::here_string("a file");
  ASSERT_TRUE(text);
  Result<Handle> again = pipes::here_string("a file");
  const Result<Stream> file = Stream::open(loop, std::move(*again));
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, std::errc::not_supported);
  const Result<Stream> none = Stream::open(loop, Handle());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, std::errc::bad_file_descriptor);
}

TEST_P(Streams, AreNotNeededByAThreadThatReadsAndPosts) {
  pipes::Pipe plain = std::move(pipes::make_pipe()).value();  // Windows: not overlapped
  std::optional<Hold> hold(loop);
  std::string text;
  std::thread reader([&, to = loop.poster()] {
    char room[64];
    for (;;) {
      const Result<std::size_t> got = pipes::read_some(plain.read.get(), room, sizeof room);
      if (!got || *got == 0) break;
      to.post([&text, piece = std::string(room, *got)] { text += piece; });
    }
    to.post([&hold] { hold.reset(); });
  });
  const Timer timer = Timer::once(loop, Milliseconds(1), [&] {
    ASSERT_TRUE(stdio::BlockingWriter(plain.write.get()).write("what no loop can wait for"));
    plain.write.close();
  });
  run("a thread that reads");
  reader.join();
  EXPECT_EQ(text, "what no loop can wait for");
}

}  // namespace
}  // namespace proclab::loop
