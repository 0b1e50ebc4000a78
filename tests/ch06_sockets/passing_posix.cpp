// tests/ch06 · passing.h on POSIX: descriptors along with bytes.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chapters/ch06_sockets/passing.h"
#include "chapters/ch06_sockets/tcp.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"

namespace proclab::sockets {
namespace {

using test::Waiting;

/// A file without a name, of `size` bytes: its size tells which it is.
Handle sized(int size) {
  char path[] = "/tmp/pl6.XXXXXX";
  Handle file(::mkstemp(path));
  ::unlink(path);
  EXPECT_EQ(::ftruncate(file.get(), size), 0);
  return file;
}

std::string sizes(const std::vector<Handle>& files) {
  std::string all;
  for (const Handle& file : files) {
    struct stat about {};
    EXPECT_EQ(::fstat(file.get(), &about), 0);
    all += std::to_string(about.st_size) + " ";
  }
  return all;
}

struct Files {
  std::vector<Handle> owners;
  std::vector<NativeHandle> numbers;
  explicit Files(int count) {
    for (int i = 1; i <= count; ++i) {
      owners.push_back(sized(i));
      numbers.push_back(owners.back().get());
    }
  }
};

Received take(NativeHandle end, std::size_t room = 64, std::size_t most = kMostHandles) {
  std::string bytes(room, '\0');
  Result<Received> got = receive_handles(end, bytes, most, soon());
  EXPECT_TRUE(got) << got.error().message();
  return std::move(*got);
}

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
  const Received got = std::move(*receive_handles(ends.second.get(), room, 1, soon()));
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

TEST(Passing, MoreThanExpectedAreClosedAndSaid) {
  const Waiting waiting("three descriptors for one");
  const Pair ends = *pair();
  const Files files(3);
  for (const std::size_t most : {0U, 1U, 2U}) {
    ASSERT_TRUE(send_handles(ends.first.get(), "bytes", files.numbers));
    const Received got = take(ends.second.get(), 64, most);
    EXPECT_EQ(got.size, 5U) << "the bytes are whole";
    EXPECT_EQ(got.handles.size(), most);
    EXPECT_EQ(sizes(got.handles), std::string("1 2 ").substr(0, 2 * most)) << "the first ones";
    EXPECT_TRUE(got.lost);
  }  // and the leak guard counts the rest
}

//> unsafe-receive
/// UNSAFE: room for one descriptor, as in many a program. CMSG_SPACE rounds up to where two have room.
int receive_one_unsafe(int end, int* flags) {
  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = room;
  message.msg_controllen = sizeof room;
  if (::recvmsg(end, &message, MSG_CMSG_CLOEXEC) != 1) return -1;
  *flags = message.msg_flags;
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  return fd;
}
//< unsafe-receive

TEST(Passing, ThreeIntoRoomForOneLeakInTheUnsafeTwin) {
  const Waiting waiting("three descriptors in room for one");
  const Pair ends = *pair();
  const Files files(3);
  ASSERT_TRUE(send_handles(ends.first.get(), "x", files.numbers));
  int flags = 0;
  const Handle first(receive_one_unsafe(ends.second.get(), &flags));
  EXPECT_TRUE(first);
  EXPECT_NE(flags & MSG_CTRUNC, 0);
  const Handle leaked(first.get() + 1);  // nobody told us of this one
  struct stat about {};
  ASSERT_EQ(::fstat(leaked.get(), &about), 0) << "two have arrived";
  EXPECT_EQ(about.st_size, 2);
}

TEST(Passing, WithNoDescriptorLeftTheBytesArriveAndTheLossIsSaid) {
  const Waiting waiting("descriptors that have no room here");
  const Pair ends = *pair();
  const Files files(3);
  for (const std::size_t room : {0U, 1U, 2U, 3U}) {
    ASSERT_TRUE(send_handles(ends.first.get(), "bytes", files.numbers));
    std::vector<Handle> all;
    for (int fd; (fd = ::fcntl(0, F_DUPFD_CLOEXEC, 3)) != -1;) all.emplace_back(fd);
    for (std::size_t i = 0; i < room; ++i) all.pop_back();
    char bytes[64];
    const Result<Received> got = receive_handles(ends.second.get(), bytes, 3, soon());
    all.clear();
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(got->size, 5U);
    EXPECT_EQ(got->handles.size(), room);
    EXPECT_EQ(got->lost, room < 3);
  }
}

TEST(Passing, BadInputIsRefusedBeforeAnythingGoes) {
  const Pair ends = *pair();
  const NativeHandle one[] = {0};
  EXPECT_EQ(send_handles(ends.first.get(), "", one).error().code, std::errc::invalid_argument);
  const std::vector<NativeHandle> many(kMostHandles + 1, 0);
  EXPECT_EQ(send_handles(ends.first.get(), "x", many).error().code, std::errc::invalid_argument);
  const NativeHandle closed[] = {0, 9999};
  EXPECT_EQ(send_handles(ends.first.get(), "x", closed).error().code,
            std::errc::bad_file_descriptor);
  char room[8];
  EXPECT_EQ(receive_handles(ends.second.get(), room, 1, now()).error().code, std::errc::timed_out);
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
