// tests/ch11 · what the channel sends, call by call, and what it does when its sockets are confirmed, lost, or left hanging.
#include "tests/ch11_channel/hostile_posix.h"

namespace proclab::channel {
namespace {

using Confirmations = Hostile;

TEST_F(Confirmations, ALostSocketIsSentFourTimesInAll) {
  auto socket = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  std::optional<Result<void>> how;
  ASSERT_TRUE(channel->send("take", {Kind::socket, socket, "k", {}},
                            [&](const Result<void>& r) { how = r; }));
  ASSERT_TRUE(channel->send("after"));
  const std::string line = R"({"cmd":"NODE_HANDLE","type":"net.Socket","msg":"take","key":"k"})"
                           "\n";
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(answer(), line);
    EXPECT_TRUE(channel->awaits_handle());
    say(kNackLine);
  }
  EXPECT_EQ(answer(), "\"after\"\n");
  ASSERT_TRUE(how && !*how);
  EXPECT_EQ(how->error().code, std::errc::connection_aborted);
  EXPECT_EQ(heard.warnings.size(), 1U);
  EXPECT_EQ(socket.use_count(), 1);
  EXPECT_TRUE(channel->connected());
}

TEST_F(Confirmations, ALostServerIsNotSentAgain) {
  auto socket = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  ASSERT_TRUE(channel->send("take", {Kind::server, socket}));
  ASSERT_TRUE(channel->send("after"));
  EXPECT_NE(answer().find("net.Server"), std::string::npos);
  say(kNackLine);
  EXPECT_EQ(answer(), "\"after\"\n");
  EXPECT_EQ(heard.warnings.size(), 1U);
}

TEST_F(Confirmations, OfNothingHarmNothing) {
  for (int i = 0; i < 3; ++i) say(kAckLine);
  say(kNackLine);
  say("\"goes on\"\n");
  settle();
  EXPECT_EQ(heard.warnings.size(), 4U);
  EXPECT_EQ(heard.messages.size(), 1U);
  ASSERT_TRUE(channel->send(1));
  EXPECT_EQ(answer(), "1\n");
}

TEST_F(Confirmations, APeerThatNeverConfirmsHoldsMemoryToTheLimitOnly) {
  open({.limit = 10'000});
  auto socket = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  ASSERT_TRUE(channel->send("take", {Kind::server, socket}));
  const std::string text(1000, 'x');
  Result<Flow> sent = Flow::go_on;
  int count = 0;
  for (; sent && count < 100; ++count) sent = channel->send(text);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, std::errc::no_buffer_space);
  EXPECT_LE(count, 11);
  settle();
  EXPECT_TRUE(channel->awaits_handle());
  channel->disconnect();  // waits, since a peer might confirm yet
  settle();
  EXPECT_EQ(heard.disconnects, 0);
  channel->close();  // the caller's deadline
  run("nothing");
  EXPECT_EQ(socket.use_count(), 1);
}

TEST_F(Confirmations, APeerThatAsksAndNeverReadsIsLeft) {
  open({.limit = 100'000});
  const std::string asks = std::string("{\"cmd\":\"NODE_SOCKET_GET_COUNT\",\"key\":\"") +
                           std::string(1000, 'k') + "\"}\n";
  const test::Waiting waiting("the channel to give up");
  while (heard.disconnects == 0) {
    (void)sockets::send_some(raw.get(), asks, {}, Deadline::after(Milliseconds(0)));
    ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
  }
  EXPECT_EQ(heard.why->code, std::errc::no_buffer_space) << heard.why->message();
}

// ---- one write a turn ----

TEST_F(Confirmations, OneTurnsMessagesLeaveInOneWrite) {
  open({}, sockets::Kind::seqpacket);  // shows what one system call has sent
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(channel->send(7));
  settle();
  std::vector<char> room(10'000);
  EXPECT_EQ(sockets::receive_message(raw.get(), room)->size, 1000U);
  // One message, one sendmsg, one descriptor: what came before it does not travel with it.
  auto socket = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  ASSERT_TRUE(channel->send(8));
  ASSERT_TRUE(channel->send(9, {Kind::server, socket}));
  ASSERT_TRUE(channel->send(10));
  settle();
  EXPECT_EQ(sockets::receive_message(raw.get(), room)->size, 2U);
  const auto with = sockets::receive_handles(raw.get(), room, 8);
  ASSERT_TRUE(with);
  EXPECT_EQ(with->handles.size(), 1U);
  EXPECT_EQ(std::string(room.data(), with->size),
            "{\"cmd\":\"NODE_HANDLE\",\"type\":\"net.Server\",\"msg\":9}\n");
}

TEST_F(Confirmations, ADescriptorGoesOnceHoweverLongItsMessage) {
  const std::string text(2 << 20, 'x');  // ten times what the kernel takes at once
  auto socket = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  ASSERT_TRUE(channel->send(text, {Kind::server, socket}));
  const test::Waiting waiting("two megabytes");
  std::size_t size = 0, handles = 0;
  std::vector<char> room(100'000);
  while (size < text.size()) {
    ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
    const auto got = sockets::receive_handles(raw.get(), room, 8, Deadline::after(Milliseconds(0)));
    if (got) size += got->size;
    if (got) handles += got->handles.size();
  }
  EXPECT_EQ(handles, 1U);
}

}  // namespace
}  // namespace proclab::channel
