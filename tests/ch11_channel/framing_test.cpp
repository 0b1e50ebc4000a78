// tests/ch11 · messages found in a stream: cut anywhere, too long, and never ended.
#include "chapters/ch11_channel/framing.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chapters/ch11_channel/message.h"
#include "tests/ch11_channel/codec.h"

namespace proclab::channel {
namespace {

using Texts = std::vector<std::string>;
constexpr auto kJson = Serialization::json;
constexpr auto kAdvanced = Serialization::advanced;

std::string counted(std::string_view message) {
  std::string frame = from_hex("00 00 00 00");
  frame[2] = static_cast<char>(message.size() >> 8);
  frame[3] = static_cast<char>(message.size());
  return frame.append(message);
}

/// The stream cut in one, two and three pieces, at every place.
void expect_every_split(Serialization serialization, std::string_view stream, const Texts& want) {
  for (std::size_t i = 0; i <= stream.size(); ++i) {
    for (std::size_t k = i; k <= stream.size(); ++k) {
      const auto pieces = {stream.substr(0, i), stream.substr(i, k - i), stream.substr(k)};
      ASSERT_EQ(split(serialization, pieces), want) << "cut at " << i << " and " << k;
    }
  }
  std::vector<std::string_view> single;
  for (std::size_t i = 0; i < stream.size(); ++i) single.push_back(stream.substr(i, 1));
  EXPECT_EQ(split(serialization, single), want);
}

TEST(Framing, LinesAreFoundHoweverTheStreamIsCut) {
  expect_every_split(kJson, "{\"a\":1}\n\"é🌍\"\r\n\n[]\n\r\n1\r2\n",
                     {R"({"a":1})", R"("é🌍")", "", "[]", "", "1\r2", "end"});
}

TEST(Framing, CountedMessagesAreFoundHoweverTheStreamIsCut) {
  const std::string stream = counted("\xFF\x0F\x22\x02hi") + counted("") + counted("\n\n\n\n\n") +
                             counted(std::string(20, '\0'));
  expect_every_split(kAdvanced, stream,
                     {"\xFF\x0F\x22\x02hi", "", "\n\n\n\n\n", std::string(20, '\0'), "end"});
}

Result<Value> read_one(Serialization serialization, std::string_view frame) {
  Value value;
  if (const Result<void> read = parse_message(serialization, frame, value); !read)
    return read.error();
  return value;
}

TEST(Framing, TheBytesOfTheProtocol) {
  // Measured at Node 20's own channel.
  const std::string stream =
      from_hex("00 00 00 06 ff 0f 22 02 68 69 00 00 00 0a ff 0f 6f 22 01 61 49 02 7b 01");
  const Texts frames = split(kAdvanced, {stream});
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(*read_one(kAdvanced, frames[0]), Value("hi"));
  EXPECT_EQ(*read_one(kAdvanced, frames[1]), Value(Object{{"a", 1}}));
  std::string out;
  ASSERT_TRUE(write_message(kAdvanced, "hi", out));
  EXPECT_EQ(to_hex(out), "00 00 00 06 ff 0d 22 02 68 69");
  ASSERT_TRUE(write_message(kJson, Object{{"a", 1}}, out));
  EXPECT_EQ(out.substr(10), "{\"a\":1}\n");
}

TEST(Framing, AnEmptyLineIsAMessageThatNobodyCanRead) {
  EXPECT_EQ(split(kJson, {"\n"}), (Texts{"", "end"}));
  EXPECT_FALSE(read_one(kJson, ""));
  EXPECT_FALSE(read_one(kAdvanced, ""));
}

TEST(Framing, AnEndInTheMiddleIsSaid) {
  EXPECT_EQ(split(kJson, {}), Texts{"end"});
  EXPECT_EQ(split(kJson, {"{}\n{\"a\""}),
            (Texts{"{}", "the stream ended in the middle of a message, after 4 bytes of it"}));
  for (std::size_t size = 1; size < 10; ++size) {
    const std::string part = counted("hi!!!!").substr(0, size);
    EXPECT_EQ(split(kAdvanced, {part}).back().substr(0, 16), "the stream ended") << size;
  }
}

TEST(Framing, TheLimitIsExact) {
  const std::string ten(10, 'x'), eleven(11, 'x');
  EXPECT_EQ(split(kJson, {ten, "\n"}, 10), (Texts{ten, "end"}));
  EXPECT_EQ(split(kAdvanced, {counted(ten)}, 10), (Texts{ten, "end"}));
  const std::string why = "a message of 11 bytes or more; the limit is 10";
  EXPECT_EQ(split(kJson, {eleven, "\n"}, 10), Texts{why});
  EXPECT_EQ(split(kJson, {eleven}, 10), Texts{why}) << "it does not wait for the newline";
  EXPECT_EQ(split(kAdvanced, {counted(eleven).substr(0, 4)}, 10), Texts{why})
      << "announced is enough";
  EXPECT_EQ(split(kJson, {"1\n2\n" + eleven + "\n3\n"}, 10), (Texts{"1", "2", why}))
      << "those before count";
}

TEST(Framing, AnErrorIsForGood) {
  Splitter splitter(kJson, 10);
  splitter.feed("xxxxxxxxxxx");
  EXPECT_FALSE(splitter.next());
  splitter.feed("\n{}\n");
  EXPECT_FALSE(splitter.next());
  EXPECT_FALSE(splitter.end());
  EXPECT_EQ(splitter.pending(), 0u);
}

TEST(Framing, AGibibyteAnnouncedCostsNothing) {
  for (const char* length : {"40 00 00 00", "ff ff ff ff", "04 00 00 01"}) {
    Splitter splitter(kAdvanced);
    const std::string four = from_hex(length);
    splitter.feed(four);
    const auto frame = splitter.next();
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().code, std::errc::message_size);
    EXPECT_LT(splitter.capacity(), 100u);
  }
  // And what the limit allows is not paid for before it comes.
  Splitter splitter(kAdvanced);
  const std::string four = from_hex("04 00 00 00");
  splitter.feed(four);
  ASSERT_TRUE(splitter.next());
  EXPECT_LT(splitter.capacity(), 100u);
}

TEST(Framing, AGibibyteWithoutANewlineCostsTheLimit) {
  Splitter splitter(kJson, 1 << 20);
  const std::string piece(64 << 10, 'x');
  std::size_t fed = 0, most = 0;
  bool failed = false;
  for (; fed < std::size_t{1} << 30; fed += piece.size()) {
    splitter.feed(piece);
    most = std::max(most, splitter.capacity());
    failed = !splitter.next() || failed;
  }
  EXPECT_TRUE(failed);
  EXPECT_LE(most, 2u * ((1 << 20) + piece.size()));
  EXPECT_LT(splitter.capacity(), 100u) << "given back";
}

TEST(Framing, ALongMessageInSmallPiecesTakesLinearTime) {
  // 64 MiB in pieces of 512 bytes: 131,072 feeds. What looks again at what it has would look at 4 TiB, and
  // CTest's timeout would say so.
  for (const Serialization serialization : {kJson, kAdvanced}) {
    Splitter splitter(serialization);
    const std::string piece(512, 'x'), four = from_hex("04 00 00 00");
    if (serialization == kAdvanced) splitter.feed(four);
    ASSERT_TRUE(splitter.next());
    for (std::size_t i = 0; i < kMessageLimit / piece.size(); ++i) {
      splitter.feed(piece);
      const auto frame = splitter.next();
      ASSERT_TRUE(frame);
      ASSERT_TRUE(!*frame || i + 1 == kMessageLimit / piece.size());
    }
    splitter.feed(serialization == kJson ? "\n" : "");
    const auto frame = splitter.next();
    ASSERT_TRUE(frame);
    if (serialization == kJson) {
      ASSERT_TRUE(*frame);
      EXPECT_EQ((*frame)->size(), kMessageLimit);
    }
    splitter.feed("");
    EXPECT_LE(splitter.capacity(), std::size_t{1} << 20)
        << "a long message is not paid for ever after";
  }
}

TEST(Framing, ByteByByteTakesLinearTime) {
  for (const Serialization serialization : {kJson, kAdvanced}) {
    std::string stream;
    for (int i = 0; i < 1'000; ++i) {
      ASSERT_TRUE(write_message(serialization, std::string(1'000, 'x'), stream));
    }
    ASSERT_TRUE(write_message(serialization, std::string(1'000'000, 'x'), stream));
    Splitter splitter(serialization);
    std::size_t messages = 0, most = 0;
    for (const char& byte : stream) {
      splitter.feed({&byte, 1});
      const auto frame = splitter.next();
      ASSERT_TRUE(frame);
      messages += frame->has_value();
      most = std::max(most, splitter.capacity());
    }
    EXPECT_EQ(messages, 1'001u);
    EXPECT_LE(most, 4'100'000u);
    EXPECT_TRUE(splitter.end());
  }
}

TEST(Framing, ManyMessagesInOneFeedAreMovedOnce) {
  std::string stream;
  for (int i = 0; i < 200'000; ++i) stream += "{\"n\":1}\n";
  for (const std::size_t size :
       {stream.size(), std::size_t{65'536}, std::size_t{1'000}, std::size_t{7}}) {
    std::vector<std::string_view> pieces;
    for (std::size_t i = 0; i < stream.size(); i += size) {
      pieces.push_back(std::string_view(stream).substr(i, size));
    }
    const Texts got = split(kJson, pieces);
    ASSERT_EQ(got.size(), 200'001u);
    EXPECT_EQ(got.front(), "{\"n\":1}");
    EXPECT_EQ(got[199'999], "{\"n\":1}");
  }
}

TEST(Framing, WhatLiesWholeInAFeedIsNotCopied) {
  const std::string first = "1\n2\n3\n4", second = "5\n6\n";
  Splitter splitter(kJson);
  splitter.feed(first);
  for (const std::size_t at : {0u, 2u, 4u}) {
    EXPECT_EQ(splitter.pending(), first.size() - at);
    const std::string_view frame = **splitter.next();
    EXPECT_EQ(frame, first.substr(at, 1));
    EXPECT_EQ(frame.data(), first.data() + at);
  }
  EXPECT_FALSE(splitter.next()->has_value());
  EXPECT_EQ(splitter.pending(), 1u);
  splitter.feed(second);
  EXPECT_EQ(**splitter.next(), "45") << "only the one that was cut is put together";
  EXPECT_EQ((**splitter.next()).data(), second.data() + 2);
  EXPECT_FALSE(splitter.next()->has_value());
  EXPECT_EQ(splitter.pending(), 0u);
}

TEST(Framing, AFailedWriteLeavesNothingBehind) {
  std::string out = "before";
  EXPECT_FALSE(write_message(kJson, "\x80", out));
  EXPECT_FALSE(write_message(kAdvanced, "\x80", out));
  EXPECT_EQ(out, "before");
}

}  // namespace
}  // namespace proclab::channel
