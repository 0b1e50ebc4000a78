// tests/ch06 · pair() and io.h, on every system.
#include <gtest/gtest.h>

#include <thread>

#include "chapters/ch04_spawn/spawn.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::sockets {
namespace {

using test::Waiting;

Pair made(Kind kind = Kind::stream) {
  Result<Pair> ends = pair(kind);
  EXPECT_TRUE(ends) << ends.error().message();
  return std::move(*ends);
}

TEST(Pair, CarriesBytesBothWays) {
  const Waiting waiting("the other end of a pair");
  const Pair ends = made();
  ASSERT_TRUE(send_all(ends.first.get(), "to and"));
  ASSERT_TRUE(send_all(ends.second.get(), "fro"));
  EXPECT_EQ(next(ends.second.get()), "to and");
  EXPECT_EQ(next(ends.first.get()), "fro");
}

TEST(Pair, ForAnyProgramCarriesBytesBothWays) {
  const Waiting waiting("a program that copies");
  Pair ends = std::move(pair_for_child()).value();
  spawn::Options cat{.file = test::program("probe"), .args = {"cat"}};
  cat.slots = {spawn::Slot::from(0, ends.second.get()), spawn::Slot::from(1, ends.second.get())};
  spawn::Process child = std::move(spawn::start(cat)).value();
  ends.second.close();
  ASSERT_TRUE(send_all(ends.first.get(), "to and fro"));
  EXPECT_EQ(next(ends.first.get()), "to and fro");
  if (!half_close(ends.first.get())) ends.first.close();  // Windows: a pipe has no half
  EXPECT_TRUE(child.wait()->success());
}

TEST(Pair, TheEndComesAfterTheLastByte) {
  const Waiting waiting("the end of a pair");
  Pair ends = made();
  ASSERT_TRUE(send_all(ends.first.get(), "last words"));
  ends.first.close();
  EXPECT_EQ(rest(ends.second.get()), "last words");
  EXPECT_EQ(next(ends.second.get()), "<end>") << "and again";
}

TEST(Pair, SendingToNobodyIsAnErrorAndNoDeath) {
  const Waiting waiting("a send that must fail");
  Pair ends = made();
  ends.second.close();
  const Result<void> sent = send_all(ends.first.get(), "anybody there?");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, std::errc::broken_pipe) << sent.error().message();
}

TEST(Pair, ADeadlineEndsTheWaitAndLosesNothing) {
  const Waiting waiting("a receive with a deadline");
  const Pair ends = made();
  char room[16];
  for (const int span : {0, 1, 20}) {
    const auto got = receive(ends.second.get(), room, Deadline::after(Milliseconds(span)));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, std::errc::timed_out);
  }
  ASSERT_TRUE(send_all(ends.first.get(), "late"));
  EXPECT_EQ(next(ends.second.get()), "late");
}

TEST(Pair, MoreThanItHoldsArrivesInOrder) {
  const Waiting waiting("8 MiB through a pair");
  Pair ends = made();
  std::string all(8 << 20, '\0');
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>(i * 31 >> 3);
  std::thread sender([&] {
    EXPECT_TRUE(send_all(ends.first.get(), all));
    ends.first.close();
  });
  const std::string got = rest(ends.second.get());
  sender.join();
  EXPECT_TRUE(got == all) << got.size() << " of " << all.size();
}

TEST(Pair, NoBytesAreNoMessageOnAStream) {
  const Waiting waiting("a byte after nothing");
  const Pair ends = made();
  ASSERT_TRUE(send_all(ends.first.get(), ""));
  ASSERT_TRUE(send_all(ends.first.get(), "x"));
  EXPECT_EQ(next(ends.second.get()), "x");
}

TEST(Messages, SeqpacketKeepsThemApartAndHasAnEnd) {
  const Waiting waiting("messages of a seqpacket pair");
  Pair ends = made(Kind::seqpacket);
  for (const char* text : {"one", "three", "x"}) ASSERT_TRUE(send_all(ends.first.get(), text));
  ends.first.close();
  char room[64];
  for (const std::size_t size : {3U, 5U, 1U, 0U}) {
    const Result<Message> got = receive_message(ends.second.get(), room, soon());
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(got->size, size);
    EXPECT_FALSE(got->cut);
  }
}

TEST(Messages, TooLittleRoomCutsAndSaysSo) {
  const Waiting waiting("a long message");
  const Pair ends = made(Kind::seqpacket);
  ASSERT_TRUE(send_all(ends.first.get(), std::string(5000, 'a')));
  ASSERT_TRUE(send_all(ends.first.get(), "next"));
  char room[8];
  const Result<Message> got = receive_message(ends.second.get(), room, soon());
  ASSERT_TRUE(got) << got.error().message();
  EXPECT_EQ(got->size, sizeof room);
  EXPECT_TRUE(got->cut);
  const Result<Message> after = receive_message(ends.second.get(), room, soon());
  ASSERT_TRUE(after);
  EXPECT_EQ(std::string(room, after->size), "next") << "the rest of the long one is gone";
}

TEST(PairChild, TalksOverTheSlotItWasGiven) {
  const Waiting waiting("a child that echoes");
  PeerProcess peer = start_peer({"echo"});
  ASSERT_TRUE(send_all(peer.channel.get(), "hello"));
  EXPECT_EQ(next(peer.channel.get()), "hello");
  peer.channel.close();  // the child reads the end
  EXPECT_EQ(peer.process.wait()->text(), "exit 0");
}

TEST(PairChild, ThatDiesAtAnyByteLeavesAllBeforeItAndThenTheEnd) {
  for (const std::size_t count : {0U, 1U, 3U, 4096U, 70'000U}) {
    const Waiting waiting("a child that sends " + std::to_string(count) + " bytes and dies");
    PeerProcess peer = start_peer({"send-and-die", std::to_string(count)});
    EXPECT_EQ(rest(peer.channel.get()), std::string(count, 'x'));
    EXPECT_FALSE(peer.process.wait()->success());
  }
}

TEST(PairChild, ThatDiesWhileItReadsIsAnErrorHere) {
  const Waiting waiting("a child that reads a part and dies");
  PeerProcess peer = start_peer({"read-and-die", "1000"});
  const Result<void> sent = send_all(peer.channel.get(), std::string(8 << 20, 'y'), soon());
  EXPECT_FALSE(peer.process.wait()->success());
  ASSERT_FALSE(sent);
  EXPECT_TRUE(sent.error().code == std::errc::broken_pipe ||
              sent.error().code == std::errc::connection_reset)
      << sent.error().message();
}

TEST(Pair, InheritedRefusesAnEmptySlot) {
  for (const int slot : {-1, 77}) {
    const Result<Handle> none = inherited(slot);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, std::errc::bad_file_descriptor);
  }
}

}  // namespace
}  // namespace proclab::sockets
