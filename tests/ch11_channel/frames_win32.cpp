// tests/ch11 · libuv's frames on a pipe of Windows, written and read by hand.
#include <cstdint>
#include <cstring>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/passing.h"
#include "tests/ch11_channel/both_ends.h"

namespace proclab::channel {
namespace {

std::string number(std::uint32_t value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string frame(std::uint32_t flags, const std::string& packed, const std::string& data) {
  return number(flags) + number(0) + number(static_cast<std::uint32_t>(data.size())) + number(0) +
         packed + data;
}

constexpr const char* kTake = "{\"cmd\":\"NODE_HANDLE\",\"type\":\"net.Server\",\"msg\":1}\n";

class Frames : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void TearDown() override { channel.reset(); }
  void open() {
    sockets::Pair ends = std::move(sockets::pair()).value();
    channel = Channel::open(loop, std::move(ends.first), {}, process::pid()).value();
    raw = std::move(ends.second);
    heard.disconnects = 0;
    heard.messages.clear();
    channel->start(heard.events());
  }
  void say(const std::string& bytes) { ASSERT_TRUE(sockets::send_all(raw.get(), bytes)); }
  void until(const std::string& for_whom, const std::function<bool()>& so) {
    const test::Waiting waiting(for_whom);
    while (!so())
      ASSERT_TRUE(*loop.turn() || so()) << "nothing is left that could bring " << for_whom;
  }
  /// The next bytes that the channel has sent.
  std::string answer(std::size_t size) {
    const test::Waiting waiting("an answer");
    std::string all(size, '\0');
    for (std::size_t have = 0; have < size;) {
      (void)loop.turn(Deadline::after(Milliseconds(0)));
      const auto got = sockets::receive(raw.get(), std::span(all).subspan(have),
                                        Deadline::after(Milliseconds(1)));
      if (got && *got == 0) break;
      if (got) have += *got;
    }
    return all;
  }

  Heard heard;
  loop::Loop loop = std::move(loop::Loop::open()).value();
  std::optional<Channel> channel;
  Handle raw;
};

TEST_F(Frames, AreMadeAsLibuvMakesThem) {
  ASSERT_TRUE(channel->send("hi"));
  EXPECT_EQ(answer(21), frame(1, "", "\"hi\"\n"));
  auto listener = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  ASSERT_TRUE(channel->send(1, {Kind::server, listener}));
  const std::string text = kTake;
  const std::string got = answer(16 + 632 + text.size());
  EXPECT_EQ(got.substr(0, 16), frame(3, "", text).substr(0, 16)) << "3: bytes and a listener";
  EXPECT_EQ(got.substr(16 + 632), text);
  EXPECT_TRUE(sockets::import_socket(got.substr(16, 628)));
}

TEST_F(Frames, MayBeCutAnywhereAndLieTogether) {
  const std::string two = frame(1, "", "\"on") + frame(1, "", "e\"\n\"two\"\n");
  for (std::size_t cut = 1; cut < two.size(); ++cut) {
    heard.messages.clear();
    say(two.substr(0, cut));
    for (int i = 0; i < 3; ++i) (void)loop.turn(Deadline::after(Milliseconds(0)));
    say(two.substr(cut));
    until("two messages", [&] { return heard.messages.size() == 2; });
    EXPECT_EQ(heard.messages, (std::vector<Value>{"one", "two"}));
  }
}

TEST_F(Frames, ThatAreNoneEndTheChannel) {
  for (const std::string& junk : {frame(8, "", "x"), frame(1, "", "").substr(0, 12) + number(1)}) {
    open();
    say(junk);
    until("the end", [&] { return heard.disconnects == 1; });
    ASSERT_TRUE(heard.why);
    EXPECT_EQ(heard.why->code, std::errc::bad_message) << heard.why->message();
  }
}

TEST_F(Frames, ThatEndInTheMiddleAreNamed) {
  const std::string whole = frame(1, "", "\"x\"\n");
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    open();
    if (size > 0) say(whole.substr(0, size));
    raw.close();
    until("the end", [&] { return heard.disconnects == 1; });
    EXPECT_EQ(heard.why.has_value(), size != 0 && size != whole.size()) << size;
  }
}

TEST_F(Frames, WithASocketThatIsNoneSendItBack) {
  say(frame(3, std::string(632, 'x'), kTake));
  EXPECT_EQ(answer(43), frame(1, "", "{\"cmd\":\"NODE_HANDLE_NACK\"}\n"));
  EXPECT_EQ(heard.warnings.size(), 1U);
  EXPECT_TRUE(heard.handles.empty());
}

TEST_F(Frames, OfTwoSocketsEachGoesToItsMessage) {
  for (int i = 0; i < 2; ++i) {
    const sockets::Socket one = *sockets::listen_tcp({"127.0.0.1", 0});
    const std::string packed = *sockets::export_socket(one, process::pid()) + number(0);
    say(frame(3, packed, kTake));
    until("a socket", [&] { return heard.handles.size() == static_cast<std::size_t>(i) + 1; });
  }
}

TEST_F(Frames, ASocketThatIsNotTcpIsRefused) {
  // Nothing that this system could pack: an empty socket's number is not one either.
  auto none = std::make_shared<const sockets::Socket>(sockets::Socket(raw.get()));
  const Result<Flow> sent = channel->send(1, {Kind::socket, none});
  EXPECT_FALSE(sent);
  (void)const_cast<sockets::Socket&>(*none).release();
  EXPECT_FALSE(channel->awaits_handle());
  ASSERT_TRUE(channel->send(2)) << "and the channel goes on";
  EXPECT_EQ(answer(18), frame(1, "", "2\n"));
}

}  // namespace
}  // namespace proclab::channel
