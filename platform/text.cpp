// platform · UTF-8 and UTF-16, one code point at a time.
#include "platform/text.h"

#include <cstdint>
#include <cstdlib>

namespace proclab {
namespace {

constexpr bool is_high_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDBFF; }
constexpr bool is_low_surrogate(char32_t c) { return c >= 0xDC00 && c <= 0xDFFF; }

/// Takes one code point off the front of `rest`; 0xFFFFFFFF when it is not well formed.
char32_t take_code_point(std::string_view& rest) {
  constexpr char32_t kBad = 0xFFFFFFFF;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(rest[i]); };
  const std::uint8_t first = byte(0);
  const int size = first < 0x80   ? 1
                   : first < 0xC2 ? 0
                   : first < 0xE0 ? 2
                   : first < 0xF0 ? 3
                   : first < 0xF5 ? 4
                                  : 0;
  if (size == 0 || rest.size() < static_cast<std::size_t>(size)) return kBad;
  char32_t point = size == 1 ? first : first & (0x7F >> size);
  for (int i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return kBad;
    point = point << 6 | (byte(i) & 0x3F);
  }
  // A longer form than needed would let two texts mean one thing, past any check of the bytes.
  if ((size == 3 && point < 0x800) || (size == 4 && (point < 0x10000 || point > 0x10FFFF))) {
    return kBad;
  }
  rest.remove_prefix(size);
  return point;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t bits) { out.push_back(static_cast<char>(bits)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) return put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
  if (c < 0x10000) {
    return put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  }
  put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F));
  put(0x80 | (c & 0x3F));
}

}  // namespace

Result<std::u16string> to_utf16(std::string_view utf8) {
  std::u16string out;
  out.reserve(utf8.size());
  for (std::string_view rest = utf8; !rest.empty();) {
    const char32_t c = take_code_point(rest);
    if (c > 0x10FFFF) {
      return make_error("to_utf16", std::errc::illegal_byte_sequence,
                        "byte " + std::to_string(utf8.size() - rest.size()));
    }
    // WTF-8 allows a surrogate's three bytes for an unpaired one alone. A pair has its four byte
    // form; taken in six bytes too, two different texts would name one file.
    if (is_low_surrogate(c) && !out.empty() && is_high_surrogate(out.back())) {
      return make_error("to_utf16", std::errc::illegal_byte_sequence,
                        "byte " + std::to_string(utf8.size() - rest.size() - 6));
    }
    if (c < 0x10000) {
      out.push_back(static_cast<char16_t>(c));
    } else {
      out.push_back(static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF)));
    }
  }
  return out;
}

std::string to_utf8(std::u16string_view utf16) {
  std::string out;
  out.reserve(utf16.size());
  for (std::size_t i = 0; i < utf16.size(); ++i) {
    char32_t c = utf16[i];
    if (is_high_surrogate(c) && i + 1 < utf16.size() && is_low_surrogate(utf16[i + 1])) {
      c = 0x10000 + ((c - 0xD800) << 10) + (utf16[++i] - 0xDC00);
    }
    append_utf8(out, c);
  }
  return out;
}

// from_chars() for a double is missing in libc++.
std::optional<double> to_decimal(std::string_view text) {
  const std::string copy(text);  // strtod() wants its end marked
  const bool plain = copy.find_first_not_of("0123456789.") == std::string::npos;
  if (!plain || copy.find_first_of("0123456789") == std::string::npos) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  return *end == '\0' ? std::optional(value) : std::nullopt;
}

}  // namespace proclab
