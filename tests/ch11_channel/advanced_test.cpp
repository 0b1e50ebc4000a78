// tests/ch11 · V8's format: byte for byte, and no bytes that hurt.
#include "chapters/ch11_channel/advanced.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/ch11_channel/codec.h"
#include "tests/support/sanitizer.h"

namespace proclab::channel {
namespace {

/// Its JSON, or the error.
std::string read(std::string_view hex) {
  const Result<Value> value = parse_advanced_text(from_hex(hex));
  return value ? json(*value) : value.error().detail;
}

std::errc advanced_error(std::string_view bytes) {
  const Result<Value> value = parse_advanced_text(bytes);
  EXPECT_FALSE(value) << to_hex(bytes.substr(0, 100));
  return value ? std::errc() : static_cast<std::errc>(value.error().code.value());
}

Value bytes_of(std::string_view text) {
  const auto raw = std::as_bytes(std::span(text));
  return Bytes(raw.begin(), raw.end());
}

TEST(Advanced, ReadsWhatNodeWrites) {
  // Left: v8.serialize() of Node 20 and what its channel adds.
  const std::pair<const char*, const char*> kTable[] = {
      {"ff 0f 22 02 68 69", R"("hi")"},
      {"ff 0f 6f 22 01 61 49 02 7b 01", R"({"a":1})"},
      {"ff 0d 22 02 68 69", R"("hi")"},
      {"ff 0e 30", "null"},
      {"ff 0f 54", "true"},
      {"ff 0f 46", "false"},
      {"ff 0f 49 01", "-1"},
      {"ff 0f 49 ff ff ff ff 0f", "-2147483648"},
      {"ff 0f 55 ff ff ff ff 0f", "4294967295"},
      {"ff 0f 4e 00 00 00 00 00 00 e0 41", "2147483648"},
      {"ff 0f 22 01 e9", R"("é")"},
      {"ff 0f 63 02 60 4f", R"("你")"},
      {"ff 0f 00 63 02 60 4f", R"("你")"},
      {"ff 0f 63 04 3c d8 0d df", R"("🌍")"},
      {"ff 0f 63 02 00 d8", R"("\ud800")"},
      {"ff 0f 53 03 e4 bd a0", R"("你")"},
      {"ff 0f 41 01 5f 24 00 01", "[null]"},
      {"ff 0f 61 03 49 00 49 02 49 04 49 06 40 02 03", "[1,null,3]"},
      {"ff 0f 41 02 2d 30 24 00 02", "[null,null]"},
      {"ff 0f 6f 49 02 49 04 22 0a 34 32 39 34 39 36 37 32 39 35 49 06 7b 02",
       R"({"1":2,"4294967295":3})"},
      {"ff 0f 6f 4e 00 00 00 00 00 00 f8 3f 30 7b 01", R"({"1.5":null})"},
      {"ff 0f 5c 00 0a 02 61 62", R"({"type":"Buffer","data":[97,98]})"},
      {"ff 0f 5c 00 01 02 01 02", R"({"type":"Buffer","data":[1,2]})"},
      {"ff 0f 42 02 00 00", R"({"type":"Buffer","data":[0,0]})"},
      {"ff 0f 5c 01 6f 7b 00", "{}"}};
  for (const auto& [hex, want] : kTable) EXPECT_EQ(read(hex), want) << hex;
}

TEST(Advanced, WritesWhatNodeWrites) {
  const std::pair<Value, const char*> kTable[] = {
      {"hi", "ff 0d 22 02 68 69"},
      {Object{{"a", 1}}, "ff 0d 6f 22 01 61 49 02 7b 01"},
      {nullptr, "ff 0d 30"},
      {true, "ff 0d 54"},
      {-1, "ff 0d 49 01"},
      {2147483647, "ff 0d 49 fe ff ff ff 0f"},
      {2147483648.0, "ff 0d 4e 00 00 00 00 00 00 e0 41"},
      {-0.0, "ff 0d 4e 00 00 00 00 00 00 00 80"},
      {1.5, "ff 0d 4e 00 00 00 00 00 00 f8 3f"},
      {std::numeric_limits<double>::infinity(), "ff 0d 4e 00 00 00 00 00 00 f0 7f"},
      {"你", "ff 0d 63 02 60 4f"},
      {Array{"你"}, "ff 0d 41 01 63 02 60 4f 24 00 01"},
      {Array{"a", "你"}, "ff 0d 41 02 22 01 61 00 63 02 60 4f 24 00 02"},
      {bytes_of("ab"), "ff 0d 5c 00 0a 02 61 62"},
      {std::string(200, 'x'), nullptr}};
  for (const auto& [value, hex] : kTable) {
    const std::string bytes = advanced(value);
    if (hex != nullptr) {
      EXPECT_EQ(to_hex(bytes), hex);
    }
    EXPECT_EQ(*parse_advanced_text(bytes), value);
  }
  EXPECT_TRUE(std::isnan(*parse_advanced_text(advanced(std::nan("")))->as_number()));
  EXPECT_TRUE(std::signbit(*parse_advanced_text(advanced(-0.0))->as_number()));
}

TEST(Advanced, NamesWhatItDoesNotTake) {
  const std::pair<const char*, const char*> kTable[] = {
      {"ff 0f 44 00 00 00 00 00 00 00 00", "a Date (44)"},
      {"ff 0f 3b 3a 00", "a Map (3b)"},
      {"ff 0f 27 2c 00", "a Set (27)"},
      {"ff 0f 5a 10 0a 00 00 00 00 00 00 00", "a BigInt (5a)"},
      {"ff 0f 52 22 01 78 01", "a RegExp (52)"},
      {"ff 0f 72 6d 22 01 65 2e", "an Error (72)"},
      {"ff 0f 73 22 01 73", "a String object (73)"},
      {"ff 0f 41 02 6f 7b 00 5e 01 24 00 02", "an object that occurs twice (5e)"},
      {"ff 0f 41 01 49 02 22 01 78 49 04 24 01 01", "an array with named properties"},
      {"ff 0f 61 01 22 01 78 49 04 40 01 01", "an array with named properties"},
      {"ff 0f 5c 00 03 02 00 00", "typed array 3"},
      {"ff 0f 25", "an unknown tag (25)"},
      {"ff 0c 30", "format version 12"},
      {"ff 10 30", "format version 16"}};
  for (const auto& [hex, what] : kTable) {
    EXPECT_EQ(advanced_error(from_hex(hex)), std::errc::not_supported) << hex;
    EXPECT_NE(read(hex).find(what), std::string::npos) << read(hex);
  }
  EXPECT_EQ(read("ff 0f 6f 22 01 61 44"), "a Date (44), byte 7") << "names the byte";
}

TEST(Advanced, RefusesWhatIsNotTheFormat) {
  for (const char* hex : {"",
                          "ff",
                          "ff 0f",
                          "30",
                          "7b 22 61 22 3a 31 7d",
                          "00 00",
                          "ff 0f 30 30",
                          "ff 0f 49",
                          "ff 0f 49 80 80 80 80 10",
                          "ff 0f 49 80 80 80 80 80 00",
                          "ff 0f 4e 00 00",
                          "ff 0f 22 05 68 69",
                          "ff 0f 22 ff ff ff ff 0f 61",
                          "ff 0f 63 03 61 00 61",
                          "ff 0f 41 02 30 24 00 02",
                          "ff 0f 41 01 30 24 00 02",
                          "ff 0f 41 ff ff ff ff 0f",
                          "ff 0f 61 03 49 00 30 40 02 03",
                          "ff 0f 61 03 49 00 30 40 01 02",
                          "ff 0f 6f 7b 01",
                          "ff 0f 6f 30 30 7b 01",
                          "ff 0f 6f 22 01 61 7b 01",
                          "ff 0f 6f 4e 00 00 00 00 00 00 f8 7f 30 7b 01",
                          "ff 0f 5c 02 30",
                          "ff 0f 5c 00 0a 05 61",
                          "ff 0f 42 ff ff ff ff 0f 61"}) {
    const Result<Value> value = parse_advanced_text(from_hex(hex));
    ASSERT_FALSE(value) << hex;
    EXPECT_TRUE(value.error().code == std::errc::bad_message ||
                value.error().code == std::errc::not_supported)
        << hex << ": " << value.error().message();
  }
  EXPECT_EQ(advanced_error(from_hex("ff 0f 53 01 80")), std::errc::illegal_byte_sequence);
  EXPECT_EQ(advanced_error(from_hex("ff 0f 53 03 ed a0 80")), std::errc::illegal_byte_sequence);
}

TEST(Advanced, DepthIsBounded) {
  const Result<Value> deepest = parse_advanced_text(nested_advanced(kMaxDepth));
  ASSERT_TRUE(deepest) << deepest.error().message();
  EXPECT_EQ(json(*deepest), nested_json(kMaxDepth));
  EXPECT_EQ(*parse_advanced_text(advanced(*deepest)), *deepest);
  EXPECT_EQ(advanced_error(nested_advanced(kMaxDepth + 1)), std::errc::value_too_large);
  for (const char* bomb : {"A\x01", "o", "oo", "\\\x01", "a\x01I"}) {  // "oo": an object as a name
    std::string bytes = "\xFF\x0F";
    for (int i = 0; i < 1'000'000; ++i) bytes.append(bomb).append(bomb[0] == 'a' ? 1 : 0, '\0');
    EXPECT_EQ(advanced_error(bytes), std::errc::value_too_large) << bomb;
  }
  Value deep;
  for (int i = 0; i <= kMaxDepth; ++i) deep = Object{{"a", deep}};
  std::string out = "before";
  const Result<void> done = write_advanced(deep, out);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, std::errc::value_too_large);
  EXPECT_EQ(out, "before");
}

TEST(Advanced, AFewBytesCannotAskForMuchMemory) {
  // One array of four billion holes; then many that each look modest.
  EXPECT_EQ(advanced_error(from_hex("ff 0f 61 ff ff ff ff 0f 40 00 ff ff ff ff 0f")),
            std::errc::value_too_large);
  std::string many = "\xFF\x0F";
  many += from_hex("41 40");
  for (int i = 0; i < 64; ++i) many += from_hex("61 80 20 40 00 80 20");  // 4,096 holes each
  many += from_hex("24 00 40");
  EXPECT_EQ(advanced_error(many), std::errc::value_too_large);
  // Dense arrays in one another that all claim what is left of the message.
  std::string nested = "\xFF\x0F";
  for (int i = 0; i < 500; ++i) nested += from_hex("41 80 80 40");  // 1,048,576 elements each
  nested.append(1'100'000, '0');
  EXPECT_EQ(advanced_error(nested), std::errc::value_too_large);
  // What a program really sends passes: new Array(50000).
  EXPECT_EQ(parse_advanced_text(from_hex("ff 0f 61 d0 86 03 40 00 d0 86 03"))->as_array()->size(),
            50'000u);
}

TEST(Advanced, EveryPrefixIsAnErrorAndEveryOtherByteIsSurvived) {
  const Value value(Object{{"cmd", "NODE_HANDLE"},
                           {"n", Array{1, -2.5e3, true, nullptr, "é你"}},
                           {"b", bytes_of("ab")},
                           {"long", std::string(200, 'x')}});
  const std::string bytes = advanced(value) + "";
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(advanced_error(bytes.substr(0, size)), std::errc::bad_message) << size;
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int byte = 0; byte < 256; byte += test::kSanitized ? 5 : 1) {
      std::string other = bytes;
      other[at] = static_cast<char>(byte);
      if (const Result<Value> got = parse_advanced_text(other)) {
        EXPECT_EQ(advanced(*parse_advanced_text(advanced(*got))),
                  advanced(*got));  // NaN is not NaN
      }
    }
  }
}

TEST(Advanced, RefusesToWriteWhatIsNoUtf8) {
  std::string out = "before";
  for (const char* bad : {"\x80", "\xED\xA0\x80\xED\xB0\x80", "\xF5\x80\x80\x80"}) {
    const Result<void> done = write_advanced(Object{{"fine", 1}, {bad, 2}}, out);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, std::errc::illegal_byte_sequence);
    EXPECT_FALSE(write_advanced(Array{1, bad}, out));
    EXPECT_EQ(out, "before");
  }
}

TEST(Advanced, RandomValuesReadBackTheSame) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  for (int i = 0; i < 2'000; ++i) {
    const Value value = random_value(random, true);
    const Result<Value> back = parse_advanced_text(advanced(value));
    ASSERT_TRUE(back) << "seed " << seed << ": " << back.error().message();
    ASSERT_EQ(*back, value) << "seed " << seed << "\n" << json(value);
  }
}

}  // namespace
}  // namespace proclab::channel
