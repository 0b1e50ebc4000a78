// tests/ch11 · the other end is no channel: it writes what it likes, and the channel says what was wrong.
//
// Each test ends with the leak guard: whatever was sent, no descriptor of it stays.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include "chapters/ch01_process/limits.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/passing.h"
#include "tests/ch11_channel/both_ends.h"

namespace proclab::channel {
namespace {

/// A channel at one end, and a test that writes by hand at the other.
class Hostile : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void TearDown() override { channel.reset(); }
  void open(Options options = {}, sockets::Kind kind = sockets::Kind::stream) {
    sockets::Pair ends = std::move(sockets::pair(kind)).value();
    channel = Channel::open(loop, std::move(ends.first), options).value();
    raw = std::move(ends.second);
    channel->start(heard.events());
  }
  void say(std::string_view bytes) { ASSERT_TRUE(sockets::send_all(raw.get(), bytes)); }
  /// With copies of a new socket's descriptor.
  void say_with(std::string_view bytes, std::size_t handles) {
    const sockets::Socket one = *sockets::listen_tcp({"127.0.0.1", 0});
    const std::vector<NativeHandle> all(handles, one.get());
    ASSERT_TRUE(sockets::send_handles(raw.get(), bytes, all));
  }
  /// What the channel has sent by now.
  std::string answer(std::size_t at_least = 1) {
    const test::Waiting waiting("the channel's answer");
    std::string all;
    while (all.size() < at_least) {
      EXPECT_TRUE(loop.turn(Deadline::after(Milliseconds(10))));
      char room[4096];
      const auto got = sockets::receive(raw.get(), room, Deadline::after(Milliseconds(0)));
      if (got) all.append(room, *got);
      if (got && *got == 0) break;
    }
    return all;
  }
  /// Turns until the channel has read all that was said, and once more.
  void settle() {
    const test::Waiting waiting("the channel to read");
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
  }
  void run(const std::string& for_whom) {
    const test::Waiting waiting(for_whom);
    ASSERT_TRUE(loop.run());
  }

  Heard heard;
  loop::Loop loop = std::move(loop::Loop::open()).value();
  std::optional<Channel> channel;
  Handle raw;
};

constexpr const char* kWithHandle = R"({"cmd":"NODE_HANDLE","type":"net.Server","msg":"take"})"
                                    "\n";
constexpr const char* kAckLine = "{\"cmd\":\"NODE_HANDLE_ACK\"}\n";
constexpr const char* kNackLine = "{\"cmd\":\"NODE_HANDLE_NACK\"}\n";

// ---- frames ----

TEST_F(Hostile, FramesMayBeCutAnywhere) {
  const std::string text = "{\"a\":\"\u00fc\u20ac\"}\n\"next\"\r\n";
  for (std::size_t cut = 1; cut < text.size(); ++cut) {
    heard.messages.clear();
    say(text.substr(0, cut));
    settle();
    say(text.substr(cut));
    settle();
    ASSERT_EQ(heard.messages.size(), 2U) << "cut at " << cut;
    EXPECT_EQ(heard.messages[0], Value(Object{{"a", "\u00fc\u20ac"}}));
  }
}

TEST_F(Hostile, DeathAtAnyByteIsNamed) {
  const std::string text = "{\"a\":[1,2,3]}\n\"x\"\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    open();
    heard.disconnects = 0;
    heard.messages.clear();
    say(text.substr(0, size).empty() ? std::string_view{} : text.substr(0, size));
    raw.close();
    run("an end after " + std::to_string(size) + " bytes");
    EXPECT_EQ(heard.disconnects, 1);
    const bool between = size == 0 || text[size - 1] == '\n';
    EXPECT_EQ(heard.why.has_value(), !between) << size;
    EXPECT_TRUE(between || heard.why->code == std::errc::bad_message) << size;
    EXPECT_EQ(heard.messages.size(), size < 14 ? 0U : size < 18 ? 1U : 2U);
    EXPECT_FALSE(channel->connected());
  }
}

TEST_F(Hostile, WhatIsNoMessageEndsTheChannel) {
  const std::pair<const char*, std::errc> all[] = {
      {"\n", std::errc::bad_message},
      {"nonsense\n", std::errc::bad_message},
      {"{\"a\":1}}\n", std::errc::bad_message},
      {"\"\xff\xfe\"\n", std::errc::illegal_byte_sequence},
  };
  for (const auto& [text, code] : all) {
    open();
    heard.messages.clear();
    say("\"good\"\n");
    say(text);
    say("\"never\"\n");
    run(text);
    ASSERT_TRUE(heard.why) << text;
    EXPECT_EQ(heard.why->code, code) << heard.why->message();
    EXPECT_EQ(heard.messages, std::vector<Value>{"good"});
  }
}

TEST_F(Hostile, AdvancedJunkEndsTheChannel) {
  for (const char* const text : {"\x7f\xff\xff\xff", "....", "\0\0\0\2xx"}) {
    open({.serialization = Serialization::advanced, .limit = 1 << 20});
    say(std::string_view(text, 4) == std::string_view("\0\0\0\2", 4) ? std::string_view(text, 6)
                                                                     : std::string_view(text, 4));
    run("junk");
    ASSERT_TRUE(heard.why);
    heard.why.reset();
  }
}

TEST_F(Hostile, EndlessLinesStopAtTheLimit) {
  open({.limit = 1 << 20});
  const std::string more(64 * 1024, 'x');
  const test::Waiting waiting("the channel to give up");
  std::size_t sent = 0;
  while (heard.disconnects == 0) {
    const auto went = sockets::send_some(raw.get(), more, {}, Deadline::after(Milliseconds(0)));
    if (went) sent += *went;
    ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
    ASSERT_LT(sent, std::size_t{4} << 20);
  }
  EXPECT_EQ(heard.why->code, std::errc::message_size) << heard.why->message();
}

// ---- descriptors ----

TEST_F(Hostile, ADescriptorGoesToTheNextHandleMessage) {
  // On the first byte, on the last, and on an ordinary message before: Node takes all three.
  const std::string text = kWithHandle;
  say_with(text, 1);
  EXPECT_EQ(answer(), kAckLine);
  say(text.substr(0, text.size() - 1));
  say_with("\n", 1);
  EXPECT_EQ(answer(), kAckLine);
  say_with("\"plain\"\n", 1);
  settle();
  say(text);
  EXPECT_EQ(answer(), kAckLine);
  EXPECT_EQ(heard.messages, (std::vector<Value>{"take", "take", "plain", "take"}));
  EXPECT_EQ(heard.handles.size(), 3U);
  EXPECT_TRUE(heard.warnings.empty());
}

TEST_F(Hostile, AMessageWithoutItsDescriptorIsSentBack) {
  say(kWithHandle);
  say("\"goes on\"\n");
  EXPECT_EQ(answer(), kNackLine);
  EXPECT_EQ(heard.messages, std::vector<Value>{"goes on"});
  EXPECT_TRUE(heard.handles.empty());
}

TEST_F(Hostile, ADescriptorWithoutAMessageIsClosed) {
  say_with("\"stray\"\n", 1);
  settle();
  say_with("\"another\"\n", 1);
  settle();
  ASSERT_EQ(heard.warnings.size(), 1U) << "the first had to make room for the second";
  raw.close();
  run("the end");
  EXPECT_EQ(heard.warnings.size(), 2U) << "and nobody came for that one either";
  EXPECT_EQ(heard.messages.size(), 2U);
  EXPECT_FALSE(heard.why);
}

TEST_F(Hostile, TenDescriptorsAtOnceAreNineTooMany) {
  say_with(kWithHandle, 10);
  EXPECT_EQ(answer(), kAckLine);
  EXPECT_EQ(heard.handles.size(), 1U);
  EXPECT_EQ(heard.warnings.size(), 1U);
  say_with(kWithHandle, 253);
  EXPECT_EQ(answer(), kAckLine);
  EXPECT_EQ(heard.handles.size(), 2U);
}

TEST_F(Hostile, ADescriptorOfSomethingElseIsNoSocket) {
  const Handle file(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const NativeHandle one = file.get();
  ASSERT_TRUE(sockets::send_handles(raw.get(), kWithHandle, {&one, 1}));
  EXPECT_EQ(answer(), kNackLine);
  EXPECT_EQ(heard.warnings.size(), 1U);
  EXPECT_TRUE(heard.handles.empty());
}

TEST_F(Hostile, UnknownTypesAreClosedAndNamed) {
  say_with("{\"cmd\":\"NODE_HANDLE\",\"type\":\"net.Toaster\",\"msg\":1}\n", 1);
  EXPECT_EQ(answer(), kAckLine) << "it has arrived, and sent again it would be no better known";
  say_with("{\"cmd\":\"NODE_HANDLE\",\"type\":{},\"msg\":1}\n", 1);
  EXPECT_EQ(answer(), kAckLine);
  say_with("{\"cmd\":\"NODE_HANDLE\"}\n", 1);
  EXPECT_EQ(answer(), kAckLine);
  EXPECT_EQ(heard.warnings.size(), 3U);
  EXPECT_TRUE(heard.handles.empty() && heard.messages.empty());
  say("{\"cmd\":\"NODE_NOBODY_KNOWS\"}\n");
  settle();
  EXPECT_EQ(heard.internal.size(), 1U);
}

TEST_F(Hostile, OneThatIsSentAgainByNodeStandsInAnother) {
  say_with(R"({"cmd":"NODE_HANDLE","type":"net.Native","msg":)"
           R"({"cmd":"NODE_HANDLE","type":"net.Socket","msg":{"n":1},"key":"k"}})"
           "\n",
           1);
  EXPECT_EQ(answer(), kAckLine) << "one for both: a second would end a Node.js";
  ASSERT_EQ(heard.handles.size(), 1U);
  EXPECT_EQ(heard.handles[0].kind, Kind::socket);
  EXPECT_TRUE(heard.handles[0].counted);
  EXPECT_EQ(heard.messages, std::vector<Value>{Value(Object{{"n", 1}})});
}

TEST_F(Hostile, NoNumberLeftIsToldToTheSender) {
  const auto before = *process::get_limit(process::Limit::open_files);
  say_with(kWithHandle, 1);
  {
    std::vector<Handle> taken;
    process::LimitPair low = before;
    low.soft = 64;
    ASSERT_TRUE(process::set_limit(process::Limit::open_files, low));
    for (Handle one(::dup(0)); one; one = Handle(::dup(0))) taken.push_back(std::move(one));
    settle();
    ASSERT_TRUE(process::set_limit(process::Limit::open_files, before));
  }
  EXPECT_EQ(answer(), kNackLine);
  EXPECT_EQ(heard.warnings.size(), 1U);
  EXPECT_TRUE(heard.handles.empty());
  say_with(kWithHandle, 1);
  EXPECT_EQ(answer(), kAckLine) << "the next one is taken again";
}

// ---- confirmations ----

TEST_F(Hostile, ALostSocketIsSentFourTimesInAll) {
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

TEST_F(Hostile, ALostServerIsNotSentAgain) {
  auto socket = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  ASSERT_TRUE(channel->send("take", {Kind::server, socket}));
  ASSERT_TRUE(channel->send("after"));
  EXPECT_NE(answer().find("net.Server"), std::string::npos);
  say(kNackLine);
  EXPECT_EQ(answer(), "\"after\"\n");
  EXPECT_EQ(heard.warnings.size(), 1U);
}

TEST_F(Hostile, ConfirmationsOfNothingHarmNothing) {
  for (int i = 0; i < 3; ++i) say(kAckLine);
  say(kNackLine);
  say("\"goes on\"\n");
  settle();
  EXPECT_EQ(heard.warnings.size(), 4U);
  EXPECT_EQ(heard.messages.size(), 1U);
  ASSERT_TRUE(channel->send(1));
  EXPECT_EQ(answer(), "1\n");
}

TEST_F(Hostile, APeerThatNeverConfirmsHoldsMemoryToTheLimitOnly) {
  open({.limit = 10'000});
  auto socket = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  ASSERT_TRUE(channel->send("take", {Kind::server, socket}));
  const std::string text(1000, 'x');
  Result<Flow> sent = Flow::go_on;
  int count = 0;
  for (; sent; ++count) sent = channel->send(text);
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

TEST_F(Hostile, APeerThatAsksAndNeverReadsIsLeft) {
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

TEST_F(Hostile, OneTurnsMessagesLeaveInOneWrite) {
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

TEST_F(Hostile, ADescriptorGoesOnceHoweverLongItsMessage) {
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

TEST_F(Hostile, WhatIsNoSocketIsNoChannel) {
  Handle file(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const Result<Channel> none = Channel::open(loop, std::move(file));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, std::errc::not_a_socket);
}

}  // namespace
}  // namespace proclab::channel
