// tests/ch11 · what comes is no message, or half of one: the channel says what was wrong, and ends.
#include <fcntl.h>

#include "tests/ch11_channel/hostile_posix.h"

namespace proclab::channel {
namespace {

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

TEST_F(Hostile, DeathWithWordsOfOursUnreadIsAnEndLikeAnyOther) {
  ASSERT_TRUE(channel->send("nobody reads this"));
  settle();
  say("\"last words\"\n");
  raw.close();
  run("an end by ECONNRESET");
  EXPECT_EQ(heard.messages, std::vector<Value>{"last words"});
  EXPECT_EQ(heard.disconnects, 1);
  EXPECT_FALSE(heard.why) << heard.why->message();
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

TEST_F(Hostile, WhatIsNoSocketIsNoChannel) {
  Handle file(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const Result<Channel> none = Channel::open(loop, std::move(file));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, std::errc::not_a_socket);
}

}  // namespace
}  // namespace proclab::channel
