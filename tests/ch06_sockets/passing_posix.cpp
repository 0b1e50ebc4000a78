// tests/ch06 · passing.h on POSIX: descriptors along with bytes.
#include <gtest/gtest.h>

#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch06_sockets/passing.h"
#include "chapters/ch06_sockets/tcp.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/ch06_sockets/files_posix.h"
#include "tests/support/deadline.h"

namespace proclab::sockets {
namespace {

using test::Waiting;

TEST(Passing, OneDescriptorArrivesAsAnotherNumberForTheSameFile) {
  const Waiting waiting("a descriptor");
  const Pair ends = *pair();
  const Handle file = sized(0);
  const NativeHandle passed[] = {file.get()};
  ASSERT_TRUE(send_handles(ends.first.get(), "x", passed));
  const Received got = take(ends.second.get());
  ASSERT_EQ(got.handles.size(), 1U);
  EXPECT_EQ(got.size, 1U);
  EXPECT_FALSE(got.lost);
  EXPECT_NE(got.handles[0].get(), file.get());
  ASSERT_EQ(::write(got.handles[0].get(), "hello", 5), 5);
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_CUR), 5) << "one open description: one offset";
}

TEST(Passing, ItArrivesCloseOnExec) {
  const Waiting waiting("a descriptor");
  const Pair ends = *pair();
  const NativeHandle passed[] = {0};
  ASSERT_TRUE(send_handles(ends.first.get(), "x", passed));
  const Received got = take(ends.second.get());
  ASSERT_EQ(got.handles.size(), 1U);
  EXPECT_EQ(::fcntl(got.handles[0].get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(Passing, ManyArriveInOrder) {
  const Waiting waiting("253 descriptors");
  const Pair ends = *pair();
  const Files files(static_cast<int>(kMostHandles));
  ASSERT_TRUE(send_handles(ends.first.get(), "x", files.numbers));
  const Received got = take(ends.second.get());
  EXPECT_FALSE(got.lost);
  EXPECT_EQ(sizes(got.handles), sizes(files.owners));
}

TEST(Passing, TheSenderMayCloseItsOwnAndDie) {
  const Waiting waiting("a descriptor whose sender is gone");
  Pair ends = *pair();
  {
    const Files file(1);
    ASSERT_TRUE(send_handles(ends.first.get(), "x", file.numbers));
  }
  ends.first.close();
  EXPECT_EQ(sizes(take(ends.second.get()).handles), "1 ");
  EXPECT_EQ(next(ends.second.get()), "<end>");
}

TEST(Passing, NobodyTakesThemAndNoneIsLeft) {
  const Pair ends = *pair();
  const Files files(3);
  ASSERT_TRUE(send_handles(ends.first.get(), "x", files.numbers));
}  // the pair's end closes what is still under way; the leak guard counts

TEST(Passing, BytesSentBeforeComeGluedInFrontBytesSentBehindDoNot) {
  const Waiting waiting("four sends");
  const Pair ends = *pair();
  const Files file(1);
  ASSERT_TRUE(send_all(ends.first.get(), "before "));
  ASSERT_TRUE(send_handles(ends.first.get(), "with", file.numbers));
  ASSERT_TRUE(send_all(ends.first.get(), "behind"));
  std::string room(64, '\0');
  const Received got = *receive_handles(ends.second.get(), room, 1, soon());
  EXPECT_EQ(got.handles.size(), 1U);
  EXPECT_EQ(room.substr(0, got.size), "before with");
  EXPECT_EQ(next(ends.second.get()), "behind");
}

TEST(Passing, TwoMessagesAreNeverGluedTogether) {
  const Waiting waiting("two messages");
  const Pair ends = *pair();
  const Files one(1), two(2);
  ASSERT_TRUE(send_handles(ends.first.get(), "a", one.numbers));
  ASSERT_TRUE(send_handles(ends.first.get(), "b", two.numbers));
  const Received first = take(ends.second.get()), second = take(ends.second.get());
  EXPECT_EQ(first.size, 1U);
  EXPECT_EQ(sizes(first.handles), "1 ");
  EXPECT_EQ(sizes(second.handles), "1 2 ");
}

TEST(Passing, WithAShortRoomTheyComeWithTheFirstByte) {
  const Waiting waiting("a message in pieces");
  const Pair ends = *pair();
  const Files file(1);
  ASSERT_TRUE(send_handles(ends.first.get(), "abc", file.numbers));
  EXPECT_EQ(take(ends.second.get(), 1).handles.size(), 1U);
  EXPECT_EQ(take(ends.second.get(), 1).handles.size(), 0U);
  EXPECT_EQ(take(ends.second.get(), 1).handles.size(), 0U);
}

TEST(Passing, AfterAPartialSendTheDescriptorHasGone) {
  const Waiting waiting("8 MiB with a descriptor");
  const Pair ends = *pair();
  const Files file(1);
  const std::string all(8 << 20, 'p');
  const Result<std::size_t> taken = send_some(ends.first.get(), all, file.numbers, now());
  ASSERT_TRUE(taken) << taken.error().message();
  ASSERT_LT(*taken, all.size());
  std::size_t handles = 0;
  for (std::size_t left = *taken; left > 0;) {
    const Received got = take(ends.second.get(), 65536);
    handles += got.handles.size();
    left -= got.size;
  }
  EXPECT_EQ(handles, 1U);
}

TEST(Passing, TheRestOfALongMessageCarriesNone) {
  const Waiting waiting("8 MiB with a descriptor");
  Pair ends = *pair();
  const Files file(1);
  std::thread sender([&] {
    EXPECT_TRUE(send_handles(ends.first.get(), std::string(8 << 20, 'p'), file.numbers));
    ends.first.close();
  });
  std::size_t handles = 0, bytes = 0;
  for (;;) {
    const Received got = take(ends.second.get(), 65536);
    if (got.size == 0) break;
    handles += got.handles.size();
    bytes += got.size;
  }
  sender.join();
  EXPECT_EQ(handles, 1U);
  EXPECT_EQ(bytes, std::size_t{8 << 20});
}

TEST(Passing, OnlyUnixSocketsCarryThem) {
  const Waiting waiting("a TCP connection");
  const Result<Socket> listener = listen_tcp({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  const Result<Socket> client = connect_tcp(*local_address(*listener), soon());
  ASSERT_TRUE(client);
  const Result<Socket> served = accept_tcp(*listener, soon());
  const NativeHandle one[] = {0};
  // Linux takes the bytes and forgets the descriptor, or refuses: it never arrives.
  const Result<void> sent = send_handles(client->get(), "x", one);
  if (!sent) return;
  EXPECT_TRUE(take(served->get()).handles.empty());
}

TEST(Passing, SeqpacketsAndDatagramsCarryThemToo) {
  const Waiting waiting("descriptors on messages");
  const Files files(2);
  for (const Kind kind : {Kind::datagram, Kind::seqpacket}) {
    const Pair ends = *pair(kind);
    ASSERT_TRUE(send_handles(ends.first.get(), "message", files.numbers));
    const Received got = take(ends.second.get());
    EXPECT_EQ(got.size, 7U);
    EXPECT_EQ(sizes(got.handles), "1 2 ");
  }
}

TEST(Passing, AnEndOfThePairCanTravelOverThePair) {
  const Waiting waiting("a pair inside a pair");
  const Pair outer = *pair();
  {
    Pair inner = *pair();
    const NativeHandle one[] = {inner.first.get()};
    ASSERT_TRUE(send_handles(outer.first.get(), "x", one));
    ASSERT_TRUE(send_all(inner.second.get(), "sent before it arrived"));
  }
  const Received got = take(outer.second.get());
  ASSERT_EQ(got.handles.size(), 1U);
  EXPECT_EQ(rest(got.handles[0].get()), "sent before it arrived");
}

TEST(Passing, AChildWritesIntoWhatItWasPassed) {
  const Waiting waiting("a child that takes a file");
  PeerProcess peer = start_peer({"take-handle"});
  const Handle file = sized(0);
  const NativeHandle one[] = {file.get()};
  ASSERT_TRUE(send_handles(peer.channel.get(), "take it", one));
  EXPECT_EQ(next(peer.channel.get()), "done");
  char text[8] = {};
  EXPECT_EQ(::pread(file.get(), text, sizeof text, 0), 4);
  EXPECT_STREQ(text, "peer");
  EXPECT_EQ(peer.process.wait()->text(), "exit 0");
}

TEST(Passing, AChildServesOnAListenerThatItWasPassed) {
  const Waiting waiting("a child that serves a client");
  PeerProcess peer = start_peer({"take-listener"});
  Result<Socket> listener = listen_tcp({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  const TcpAddress at = *local_address(*listener);
  const NativeHandle one[] = {listener->get()};
  ASSERT_TRUE(send_handles(peer.channel.get(), "take it", one));
  listener->close();
  const Result<Socket> client = connect_tcp(at, soon());
  ASSERT_TRUE(client) << client.error().message();
  EXPECT_EQ(rest(client->get()), "hello from the peer");
  EXPECT_EQ(next(peer.channel.get()), "done");
  EXPECT_EQ(peer.process.wait()->text(), "exit 0");
}

TEST(Passing, AChildThatDiesWithDescriptorsUnderWayLeaksNoneHere) {
  const Waiting waiting("a child that reads a byte and dies");
  PeerProcess peer = start_peer({"read-and-die", "1"});
  Pair inner = *pair();
  const NativeHandle one[] = {inner.first.get()};
  ASSERT_TRUE(send_handles(peer.channel.get(), "xyz", one));
  inner.first.close();
  EXPECT_FALSE(peer.process.wait()->success());
  EXPECT_EQ(next(inner.second.get()), "<end>") << "the copy that was under way is closed";
}

TEST(Passing, WindowsWayIsNotHere) {
  EXPECT_EQ(give(0, 0).error().code, std::errc::not_supported);
  EXPECT_EQ(take_back(0, 0).error().code, std::errc::not_supported);
  EXPECT_EQ(export_socket(Socket(), 1).error().code, std::errc::not_supported);
  EXPECT_EQ(import_socket("").error().code, std::errc::not_supported);
}

}  // namespace
}  // namespace proclab::sockets
