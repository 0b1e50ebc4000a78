// tests/platform · UTF-8 and UTF-16: every code point there and back, and nothing malformed through.
#include "platform/text.h"

#include <gtest/gtest.h>

namespace proclab {
namespace {

/// The code point by another road than the code under test: table of ranges, no shifts shared.
std::string encode(char32_t c) {
  std::string out;
  const auto put = [&](unsigned lead, unsigned value) { out += static_cast<char>(lead + value); };
  if (c < 0x80) return put(0, c), out;
  if (c < 0x800) return put(0xC0, c / 64), put(0x80, c % 64), out;
  if (c < 0x10000) {
    return put(0xE0, c / 4096), put(0x80, c / 64 % 64), put(0x80, c % 64), out;
  }
  put(0xF0, c / 262144), put(0x80, c / 4096 % 64), put(0x80, c / 64 % 64), put(0x80, c % 64);
  return out;
}

TEST(Text, TakesEveryCodePointThereAndBack) {
  int wrong = 0;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const std::string utf8 = encode(c);
    const Result<std::u16string> utf16 = to_utf16(utf8);
    wrong += !utf16 || utf16->size() != (c < 0x10000 ? 1u : 2u) || to_utf8(*utf16) != utf8;
  }
  EXPECT_EQ(wrong, 0);
}

TEST(Text, MakesTheUnitsThatUnicodeNames) {
  EXPECT_EQ(*to_utf16("a\u00e9\u4f60\U0001F600"), u"a\u00e9\u4f60\U0001F600");
  EXPECT_EQ(*to_utf16(std::string_view("a\0b", 3)), std::u16string_view(u"a\0b", 3));
  EXPECT_EQ(*to_utf16(""), u"");
}

TEST(Text, RefusesWhatIsNotUtf8AndSaysWhere) {
  const struct {
    const char* why;
    std::string bytes;
    int at;
  } kTable[] = {
      {"continuation alone", "a\x80", 1},
      {"overlong slash in two", "\xC0\xAF", 0},
      {"overlong two, highest", "\xC1\xBF", 0},
      {"overlong slash in three", "\xE0\x80\xAF", 0},
      {"overlong three, highest", "\xE0\x9F\xBF", 0},
      {"overlong in four", "\xF0\x80\x80\xAF", 0},
      {"overlong four, highest", "\xF0\x8F\xBF\xBF", 0},
      {"above U+10FFFF", "\xF4\x90\x80\x80", 0},
      {"lead F5", "\xF5\x80\x80\x80", 0},
      {"lead F8, five bytes", "\xF8\x88\x80\x80\x80", 0},
      {"FE", "\xFE", 0},
      {"FF", "ab\xFF", 2},
      {"two cut", "a\xC3", 1},
      {"three cut", "\xE4\xBD", 0},
      {"four cut", "\xF0\x9F\x98", 0},
      {"two not continued", "\xC3(", 0},
      {"three not continued", "\xE4\xBD(", 0},
      {"four not continued", "x\xF0\x9F\x98(", 1},
      {"pair of surrogates in six bytes (CESU-8)", "\xED\xA0\xBD\xED\xB8\x80", 0},
  };
  for (const auto& [why, bytes, at] : kTable) {
    const Result<std::u16string> utf16 = to_utf16(bytes);
    ASSERT_FALSE(utf16) << why;
    EXPECT_EQ(utf16.error().code, std::errc::illegal_byte_sequence) << why;
    EXPECT_EQ(utf16.error().detail, "byte " + std::to_string(at)) << why;
  }
}

TEST(Text, KeepsUnpairedSurrogatesAsWtf8) {
  for (unsigned unit = 0xD800; unit <= 0xDFFF; ++unit) {
    const std::u16string name = {u'x', static_cast<char16_t>(unit), u'y'};
    const std::string utf8 = to_utf8(name);
    EXPECT_EQ(utf8, "x" + encode(unit) + "y");
    const Result<std::u16string> back = to_utf16(utf8);
    ASSERT_TRUE(back) << unit;
    EXPECT_EQ(*back, name);
  }
}

TEST(Text, EveryUtf16ComesBackAsItWas) {
  // All strings of up to four units over one of each kind: a letter, two highs, two lows.
  constexpr char16_t kUnits[] = {u'a', 0xD800, 0xDBFF, 0xDC00, 0xDFFF};
  for (int number = 0; number < 5 * 5 * 5 * 5; ++number) {
    std::u16string text;
    for (int i = 0, rest = number; i < 4; ++i, rest /= 5) text += kUnits[rest % 5];
    const Result<std::u16string> back = to_utf16(to_utf8(text));
    ASSERT_TRUE(back) << number;
    EXPECT_EQ(*back, text) << number;
  }
}

TEST(Text, ADecimalIsDigitsAndAPoint) {
  EXPECT_EQ(to_decimal("0"), 0);
  EXPECT_EQ(to_decimal("2.5"), 2.5);
  EXPECT_EQ(to_decimal("2."), 2);
  EXPECT_EQ(to_decimal(".5"), 0.5);
  EXPECT_EQ(to_decimal("007"), 7);
  const std::string_view none[] = {"",
                                   ".",
                                   "1.2.3",
                                   "-1",
                                   "+1",
                                   " 1",
                                   "1 ",
                                   "0x10",
                                   "1e3",
                                   "inf",
                                   "nan",
                                   "1,5",
                                   std::string_view("1\0", 2)};
  for (const std::string_view text : none) {
    EXPECT_EQ(to_decimal(text), std::nullopt) << text;
  }
}

TEST(Text, FindsANulInside) {
  EXPECT_TRUE(has_nul(std::string_view("a\0b", 3)));
  EXPECT_FALSE(has_nul("ab"));
}

}  // namespace
}  // namespace proclab
