// tests/ch06 · pair() and io.h: what POSIX's sockets do beyond it.
#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chapters/ch06_sockets/passing.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"

namespace proclab::sockets {
namespace {

using test::Waiting;

TEST(PairPosix, IsBornCloseOnExecAndBlocking) {
  for (const Kind kind : {Kind::stream, Kind::datagram, Kind::seqpacket}) {
    const Pair ends = *pair(kind);
    for (const int end : {ends.first.get(), ends.second.get()}) {
      EXPECT_EQ(::fcntl(end, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
      EXPECT_EQ(::fcntl(end, F_GETFL) & O_NONBLOCK, 0);
    }
  }
}

TEST(PairPosix, AStreamForgetsWhereOneSendEnded) {
  const Waiting waiting("two sends as one");
  const Pair ends = *pair();
  ASSERT_TRUE(send_all(ends.first.get(), "one"));
  ASSERT_TRUE(send_all(ends.first.get(), "two"));
  EXPECT_EQ(next(ends.second.get()), "onetwo");
}

TEST(PairPosix, WhoLeavesBytesUnreadResetsTheOther) {
  const Waiting waiting("a reset");
  Pair ends = *pair();
  ASSERT_TRUE(send_all(ends.first.get(), "nobody will read this"));
  ASSERT_TRUE(send_all(ends.second.get(), "last words"));
  ends.second.close();
  EXPECT_EQ(next(ends.first.get()), "last words") << "first what had come";
  EXPECT_EQ(next(ends.first.get()), "<recv: Connection reset by peer>") << "then, once, the news";
  EXPECT_EQ(next(ends.first.get()), "<end>");
}

TEST(PairPosix, HalfClosedItStillListens) {
  const Waiting waiting("an answer after the end of the question");
  const Pair ends = *pair();
  ASSERT_TRUE(send_all(ends.first.get(), "question"));
  ASSERT_TRUE(half_close(ends.first.get()));
  EXPECT_EQ(rest(ends.second.get()), "question") << "reads to the end";
  ASSERT_TRUE(send_all(ends.second.get(), "answer"));
  EXPECT_EQ(next(ends.first.get()), "answer");
  const Result<void> more = send_all(ends.first.get(), "more");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, std::errc::broken_pipe);
}

TEST(PairPosix, HalfCloseNeedsASocket) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Handle in(ends[0]), out(ends[1]);
  EXPECT_EQ(half_close(out.get()).error().code, std::errc::not_a_socket);
}

TEST(PairPosix, WaitsAlsoWhereSomebodyElseSetNonblock) {
  const Waiting waiting("8 MiB through a non-blocking pair");
  Pair ends = *pair();
  for (const int end : {ends.first.get(), ends.second.get()}) ::fcntl(end, F_SETFL, O_NONBLOCK);
  const std::string all(8 << 20, 'n');
  std::thread sender([&] {
    EXPECT_TRUE(send_all(ends.first.get(), all));
    ends.first.close();
  });
  const std::string got = rest(ends.second.get());
  sender.join();
  EXPECT_TRUE(got == all) << got.size();
}

TEST(PairPosix, ADeadlineInTheMiddleOfASendSaysHowFarItCame) {
  const Waiting waiting("a send that nobody takes");
  const Pair ends = *pair();
  const std::string all(8 << 20, 'n');
  const Result<void> sent = send_all(ends.first.get(), all, Deadline::after(Milliseconds(5)));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, std::errc::timed_out);
  const std::size_t said = std::stoul(sent.error().detail);
  EXPECT_EQ(sent.error().detail, std::to_string(said) + " of 8388608 bytes sent");
  ASSERT_TRUE(half_close(ends.first.get()));
  EXPECT_EQ(rest(ends.second.get()).size(), said) << "and that much has arrived";
}

TEST(MessagesPosix, ATooLongOneIsRefusedWhole) {
  const Waiting waiting("a message that does not fit");
  for (const Kind kind : {Kind::datagram, Kind::seqpacket}) {
    const Pair ends = *pair(kind);
    const Result<void> sent = send_all(ends.first.get(), std::string(8 << 20, 'm'), soon());
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, std::errc::message_size);
    ASSERT_TRUE(send_all(ends.first.get(), "short"));
    EXPECT_EQ(next(ends.second.get()), "short") << "and nothing of it is left in the way";
  }
}

TEST(MessagesPosix, EmptyDatagramsAreMessages) {
  const Waiting waiting("an empty message");
  const Pair ends = *pair(Kind::datagram);
  ASSERT_TRUE(send_all(ends.first.get(), ""));
  ASSERT_TRUE(send_all(ends.first.get(), "x"));
  char room[8];
  EXPECT_EQ(receive_message(ends.second.get(), room, soon())->size, 0U);
  EXPECT_EQ(receive_message(ends.second.get(), room, soon())->size, 1U);
}

TEST(MessagesPosix, ADatagramEndNeverHearsThatTheOtherIsGone) {
  const Waiting waiting("a datagram end whose other is gone");
  Pair ends = *pair(Kind::datagram);
  ASSERT_TRUE(send_all(ends.second.get(), "last"));
  ends.second.close();
  EXPECT_EQ(next(ends.first.get()), "last");
  char room[8];
  EXPECT_EQ(receive_message(ends.first.get(), room, now()).error().code, std::errc::timed_out);
  const Result<void> sent = send_all(ends.first.get(), "anybody?");
  ASSERT_FALSE(sent) << "only who sends hears it";
  EXPECT_TRUE(sent.error().code == std::errc::connection_refused ||
              sent.error().code == std::errc::connection_reset)
      << sent.error().message();
}

TEST(PairPosix, APlainReceiveLeaksNoDescriptorThatRidesAlong) {
  const Waiting waiting("bytes with a descriptor on them");
  const Pair ends = *pair();
  const NativeHandle passed[] = {0, 1, 2};
  ASSERT_TRUE(send_handles(ends.first.get(), "three", passed));
  EXPECT_EQ(next(ends.second.get()), "three");  // the leak guard counts
}

}  // namespace
}  // namespace proclab::sockets
