// tests/ch11 · JSON: the same text as Node's, and no text that hurts.
#include "chapters/ch11_channel/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tests/ch11_channel/codec.h"

namespace proclab::channel {
namespace {

std::string round_trip(std::string_view text) {
  const Result<Value> value = parse_json(text);
  return value ? json(*value) : value.error().message();
}

std::errc json_error(std::string_view text) {
  const Result<Value> value = parse_json(text);
  EXPECT_FALSE(value) << text.substr(0, 100);
  return value ? std::errc() : static_cast<std::errc>(value.error().code.value());
}

TEST(Json, ReadsAndWritesEveryType) {
  EXPECT_EQ(*parse_json("null"), Value());
  EXPECT_EQ(*parse_json("true"), Value(true));
  EXPECT_EQ(*parse_json(" -12.5e1\t"), Value(-125));
  EXPECT_EQ(*parse_json("\"a\\u00e9\""), Value("aé"));
  EXPECT_EQ(*parse_json("\r\n[1,\"x\",[],{}]\r"), Value(Array{1, "x", Array(), Object()}));
  EXPECT_EQ(*parse_json(R"({"cmd":"NODE_HANDLE","msg":{"a":[null]}})"),
            Value(Object{{"cmd", "NODE_HANDLE"}, {"msg", Object{{"a", Array{nullptr}}}}}));
  for (const char* text : {"null", "true", "false", "0", "-1", "1.5", "\"\"", "[]", "{}", "[[],{}]",
                           R"({"a":1,"a":2,"":{"b":[1,2,{"c":null}]}})"}) {
    EXPECT_EQ(round_trip(text), text);
  }
}

TEST(Json, WritesNumbersAsJavaScript) {
  const std::pair<double, const char*> kTable[] = {
      {0, "0"},
      {-0.0, "0"},
      {1, "1"},
      {-1, "-1"},
      {1.5, "1.5"},
      {0.1, "0.1"},
      {-0.25, "-0.25"},
      {100, "100"},
      {123456789, "123456789"},
      {1e15, "1000000000000000"},
      {1e20, "100000000000000000000"},
      {1e21, "1e+21"},
      {1.5e21, "1.5e+21"},
      {1.25e300, "1.25e+300"},
      {123456789012345680000.0, "123456789012345680000"},
      {0.001, "0.001"},
      {0.000001, "0.000001"},
      {0.0000015, "0.0000015"},
      {1e-7, "1e-7"},
      {-1.5e-9, "-1.5e-9"},
      {5e-324, "5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {9007199254740991, "9007199254740991"},
      {9007199254740993, "9007199254740992"},
      {18014398509481984, "18014398509481984"},
      {0.1 + 0.2, "0.30000000000000004"},
      {4294967295, "4294967295"},
      {-2147483648.0, "-2147483648"},
      {1234.5678, "1234.5678"}};
  for (const auto& [number, text] : kTable) {
    EXPECT_EQ(json(number), text);
    EXPECT_EQ(*parse_json(text), Value(number)) << text;
  }
  for (const double none : {std::numeric_limits<double>::infinity(),
                            -std::numeric_limits<double>::infinity(), std::nan("")}) {
    EXPECT_EQ(json(Array{none}), "[null]");
  }
}

TEST(Json, ReadsNumbersToTheNearestDouble) {
  EXPECT_EQ(*parse_json("9007199254740993"), Value(9007199254740992.0));
  EXPECT_EQ(*parse_json("18446744073709551615"), Value(18446744073709551615.0));
  EXPECT_EQ(*parse_json("-9223372036854775808"), Value(-9223372036854775808.0));
  EXPECT_EQ(*parse_json("123456789012345678901234567890"), Value(123456789012345678901234567890.0));
  EXPECT_EQ(*parse_json("0." + std::string(400, '0') + "1e401"), Value(1));
  EXPECT_EQ(*parse_json("1" + std::string(300, '0')), Value(1e300));
  EXPECT_EQ(*parse_json("1e-400"), Value(0));
  EXPECT_EQ(*parse_json("2.2250738585072011e-308"), Value(2.2250738585072011e-308));
  EXPECT_TRUE(std::signbit(*parse_json("-0")->as_number()));
  EXPECT_EQ(*parse_json("-1e-400"), Value(0));
  EXPECT_EQ(*parse_json("4.9e-324"), Value(5e-324));
  EXPECT_EQ(*parse_json("1.7976931348623158e308"), Value(1.7976931348623157e308));
  for (const char* text : {"1e400", "-1e400", "1.8e308", "1e99999999999"}) {
    EXPECT_EQ(json_error(text), std::errc::bad_message) << text << " is not Infinity";
  }
  // Led RapidJSON 1.1.0 out of a table.
  EXPECT_EQ(json_error("999999999999999999990000000000000000000000000206313427976931348623157e308"),
            std::errc::bad_message);
}

TEST(Json, WritesTextsAsJsonStringify) {
  std::string all;
  for (char c = 0; c < 0x20; ++c) all += c;
  EXPECT_EQ(
      json(all),
      R"("\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011)"
      R"(\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f")");
  EXPECT_EQ(json("\"\\/\x7f"), "\"\\\"\\\\/\x7f\"");
  EXPECT_EQ(json("é你🌍\u2028\u2029\uFEFF"), "\"é你🌍\u2028\u2029\uFEFF\"");
  // A special character at every place around the sixteen bytes that are looked at together.
  const std::pair<const char*, const char*> kSpecial[] = {{"\n", "\\n"},    {"\"", "\\\""},
                                                          {"\\", "\\\\"},   {"\x1f", "\\u001f"},
                                                          {"\x7f", "\x7f"}, {"é", "é"}};
  for (const auto& [character, escaped] : kSpecial) {
    for (std::size_t at = 0; at < 40; ++at) {
      std::string text(40, 'x'), want = "\"" + text + "\"";
      text.replace(at, 1, character);
      want.replace(at + 1, 1, escaped);
      EXPECT_EQ(json(text), want);
      EXPECT_EQ(*parse_json(want), Value(text));
    }
  }
}

TEST(Json, EscapesAnywhereAreResolved) {
  for (std::size_t first = 0; first < 40; ++first) {
    for (std::size_t second = first + 1; second < 41; ++second) {
      std::string text(41, ' ');
      for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('A' + i);
      text[first] = '\n';
      text[second] = '"';
      EXPECT_EQ(*parse_json(json(text)), Value(text)) << first << ", " << second;
    }
  }
}

TEST(Json, RefusesAControlCharacterWhereverItStands) {
  for (char control = 0; control < 0x20; ++control) {
    for (std::size_t at = 0; at < 70; ++at) {
      std::string text = "\"" + std::string(70, 'x') + "\"";
      text[at + 1] = control;
      EXPECT_EQ(json_error(text), std::errc::bad_message) << int{control} << " at " << at;
    }
  }
}

TEST(Json, KeepsUnpairedSurrogates) {
  const std::pair<const char*, const char*> kTable[] = {
      {R"("\ud800")", "\xED\xA0\x80"},
      {R"("\uDFFF")", "\xED\xBF\xBF"},
      {R"("\ud83c\udf0d")", "🌍"},
      {R"("\udc00\ud800")", "\xED\xB0\x80\xED\xA0\x80"},
      {R"("\ud800\ud83c\udf0d\udc00")", "\xED\xA0\x80🌍\xED\xB0\x80"},
      {R"("\\ud800")", "\\ud800"},
      {R"("\\\ud800")", "\\\xED\xA0\x80"},
      {R"("\ud800\n")", "\xED\xA0\x80\n"},
      {R"("\ud800x\ud7ff\ue000")", "\xED\xA0\x80x\xED\x9F\xBF\xEE\x80\x80"}};
  for (const auto& [text, want] : kTable) {
    const Result<Value> value = parse_json(text);
    ASSERT_TRUE(value) << text << ": " << value.error().message();
    EXPECT_EQ(*value, Value(want)) << text;
    EXPECT_EQ(*parse_json(json(*value)), *value) << text;
  }
  EXPECT_EQ(json("\xED\xA0\x80\n\xED\x9F\xBF"), "\"\\ud800\\n\xED\x9F\xBF\"");
  EXPECT_EQ(json_error(R"("\ud800\u12")"), std::errc::bad_message);
  EXPECT_EQ(json_error(R"("\ud800\uzzzz")"), std::errc::bad_message);
}

TEST(Json, WritesBytesAsNodesBufferDoes) {
  EXPECT_EQ(json(Bytes{std::byte{1}, std::byte{255}}), R"({"type":"Buffer","data":[1,255]})");
  EXPECT_EQ(json(Bytes()), R"({"type":"Buffer","data":[]})");
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const char* text :
       {"",         " ",    "\r",      "nul",         "True",   "undefined", "NaN",
        "Infinity", "[1,]", "[,]",     "{\"a\":1,}",  "{a:1}",  "{\"a\"}",   "{\"a\":}",
        "'a'",      "\"a",  "\"\\x\"", "\"\\u12g4\"", "\"\n\"", "[1",        "]",
        "{",        "}",    "01",      "1.",          ".5",     "+1",        "1e",
        "0x10",     "1 2",  "{}{}",    "[] x",        "//c\n1", "/**/1",     "\xEF\xBB\xBF{}"}) {
    EXPECT_EQ(json_error(text), std::errc::bad_message) << text;
  }
  EXPECT_EQ(json_error(std::string_view("1\0", 2)), std::errc::bad_message);
  EXPECT_EQ(json_error(std::string_view("\"a\0\"", 4)), std::errc::bad_message);
  EXPECT_EQ(parse_json("[1,x]").error().detail, "Invalid value. At byte 3");
}

TEST(Json, RefusesWhatIsNoUtf8) {
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x80\x80", "\xE0\x9F\xBF",
                          "\xE4\xBD", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF0\x9F\x8C",
                          "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF", "\xC3\x28"}) {
    // Alone, and behind and before enough for the fast path.
    for (const char* around : {"", "0123456789012345678901234567890123456789"}) {
      const std::string text = "\"" + std::string(around) + bad + around + "\"";
      EXPECT_EQ(json_error(text), std::errc::illegal_byte_sequence) << to_hex(text);
    }
  }
  std::string out = "before";
  for (const char* bad : {"\x80", "\xED\xA0\x80\xED\xB0\x80"}) {  // a pair has a form of its own
    const Result<void> done = write_json(Object{{"fine", 1}, {bad, 2}}, out);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, std::errc::illegal_byte_sequence);
    EXPECT_FALSE(write_json(Array{1, bad}, out));
    EXPECT_EQ(out, "before") << "nothing of it stays behind";
  }
}

TEST(Json, FindsABadByteWhereverItStands) {
  for (std::size_t size = 1; size <= 70; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text = "\"" + std::string(size, 'x') + "\"";
      text[1 + at] = '\x80';
      const Result<Value> value = parse_json(text);
      ASSERT_FALSE(value) << at << " of " << size;
      ASSERT_EQ(value.error().detail, "no UTF-8 at byte " + std::to_string(1 + at));
    }
  }
}

// Eight bytes are asked at once, and none may be mistaken for another, or answer for its neighbour.
TEST(Json, EveryByteIsEscapedWhereverItStands) {
  const auto as_json = [](unsigned byte) -> std::string {
    constexpr std::string_view kNamed = "\b\f\n\r\t\"\\", kNames = "bfnrt\"\\";
    const std::size_t named = kNamed.find(static_cast<char>(byte));
    if (named != std::string_view::npos) return std::string("\\") + kNames[named];
    if (byte >= 0x20) return std::string(1, static_cast<char>(byte));
    constexpr const char* kHex = "0123456789abcdef";
    return std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 0xF];
  };
  for (std::size_t size = 1; size <= 44; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (unsigned byte = 0; byte <= 0xFF; ++byte) {
        const std::string before(at, ' '), after(size - at - 1, '!');
        std::string written;
        const Result<void> done = write_json(before + static_cast<char>(byte) + after, written);
        ASSERT_EQ(done.has_value(), byte < 0x80) << byte << " at " << at << " of " << size;
        if (byte >= 0x80) continue;
        ASSERT_EQ(written, '"' + before + as_json(byte) + after + '"');
      }
    }
  }
}

// Short ones are gathered, and long ones copied in steps.
TEST(Json, TextsOfEveryLengthGoWhole) {
  std::string all;
  while (all.size() < 5'000) all += std::to_string(all.size()) + " ";
  Value read;
  for (std::size_t size = 0; size < all.size(); size += size < 600 ? 1 : 37) {
    const std::string text = all.substr(0, size);
    const Value value = Object{{text, text}, {"n", Array{text, -1.5, true, text + "\n"}}};
    const std::string written = json(value);
    ASSERT_EQ(written, "{\"" + text + "\":\"" + text + "\",\"n\":[\"" + text + "\",-1.5,true,\"" +
                           text + "\\n\"]}");
    ASSERT_TRUE(parse_json(written, read));
    ASSERT_EQ(read, value);
  }
}

TEST(Json, WhatStoodThereBeforeChangesNothing) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  Value used;
  for (int i = 0; i < 2'000; ++i) {
    const Value value = random_value(random, false);
    const std::string text = json(value);
    ASSERT_TRUE(parse_json(text, used));
    ASSERT_EQ(used, value) << "seed " << seed << ": " << text;
    (void)parse_json(text.substr(0, text.size() / 2), used);  // leaves a part of it
  }
}

TEST(Json, MemoryIsUsedAgain) {
  const std::string text(40, 'x');
  Value value;
  ASSERT_TRUE(parse_json(json(Object{{"cmd", "a"}, {"text", text}, {"n", Array{1, text}}}), value));
  const Member* const members = value.as_object()->members.data();
  const char* const characters = value.find("text")->as_string()->data();
  const Value* const elements = value.find("n")->as_array()->data();
  ASSERT_TRUE(parse_json(json(Object{{"cmd", "b"}, {"name", "short"}, {"n", Array{text}}}), value));
  EXPECT_EQ(value, Value(Object{{"cmd", "b"}, {"name", "short"}, {"n", Array{text}}}));
  EXPECT_EQ(value.as_object()->members.data(), members);
  EXPECT_EQ(value.find("name")->as_string()->data(), characters);
  EXPECT_EQ(value.find("n")->as_array()->data(), elements);
}

TEST(Json, FourGigabytesAreRefusedUnread) {
  const std::string_view text("1", std::size_t{1} << 32);
  const Result<Value> value = parse_json(text);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, std::errc::value_too_large);
}

TEST(Json, DepthIsBounded) {
  const Result<Value> deepest = parse_json(nested_json(kMaxDepth));
  ASSERT_TRUE(deepest) << deepest.error().message();
  EXPECT_EQ(json(*deepest), nested_json(kMaxDepth));
  EXPECT_EQ(json_error(nested_json(kMaxDepth + 1)), std::errc::value_too_large);
  EXPECT_EQ(json_error(std::string(5'000'000, '[')), std::errc::value_too_large);
  std::string objects;
  for (int i = 0; i < 1'000'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(json_error(objects), std::errc::value_too_large);

  Value deep;
  for (int i = 0; i <= kMaxDepth; ++i) {
    Array outer;
    outer.push_back(std::move(deep));
    deep = std::move(outer);
  }
  std::string out;
  const Result<void> done = write_json(deep, out);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, std::errc::value_too_large);
  EXPECT_EQ(out, "");
}

TEST(Json, EveryPrefixOfATextIsAnErrorAndEveryOtherByteIsSurvived) {
  const std::string text =
      R"({"cmd":"NODE_HANDLE","n":[1,-2.5e3,true,null],"t":"é\ud83c\udf0d\ud800\n"})";
  ASSERT_TRUE(parse_json(text));
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(parse_json(text.substr(0, size)));
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string other = text;
      other[at] = static_cast<char>(byte);
      if (const Result<Value> value = parse_json(other)) {
        EXPECT_EQ(*parse_json(json(*value)), *value) << other;
      }
    }
  }
}

TEST(Json, RandomValuesReadBackTheSame) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  for (int i = 0; i < 2'000; ++i) {
    const Value value = random_value(random, false);
    const std::string text = json(value);
    ASSERT_EQ(text.find('\n'), std::string::npos) << "one text, one line";
    const Result<Value> back = parse_json(text);
    ASSERT_TRUE(back) << "seed " << seed << ": " << back.error().message() << "\n" << text;
    ASSERT_EQ(*back, value) << "seed " << seed << "\n" << text;
  }
}

}  // namespace
}  // namespace proclab::channel
