// Chapter 11 · channel: the parts that V8's format is made of. Read advanced_input.h.
#include "chapters/ch11_channel/advanced_input.h"

#include <cstring>

#include "chapters/ch11_channel/advanced_tags.h"
#include "chapters/ch11_channel/text.h"
#include "platform/text.h"

namespace proclab::channel {
namespace {

std::string from_latin1(std::string_view raw) {
  if (scan_text(raw).kind == TextKind::ascii) return std::string(raw);
  std::u16string units;
  units.reserve(raw.size());
  for (const char c : raw) units += static_cast<char16_t>(static_cast<unsigned char>(c));
  return to_utf8(units);
}

}  // namespace

bool AdvancedInput::fail(std::errc why, const std::string& what) {
  error_ = make_error("parse_advanced", why, what + ", byte " + std::to_string(at_));
  return false;
}

//> read-parts
bool AdvancedInput::read_raw(std::size_t size, std::string_view& bytes) {
  if (size > left()) return fail(std::errc::bad_message, "cut off");
  bytes = data_.substr(at_, size);
  at_ += size;
  return true;
}

bool AdvancedInput::read_byte(std::uint8_t& byte) {
  std::string_view one;
  if (!read_raw(1, one)) return false;
  byte = static_cast<std::uint8_t>(one[0]);
  return true;
}

bool AdvancedInput::read_varint(std::uint32_t& value) {
  std::uint64_t sum = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    std::uint8_t byte = 0;
    if (!read_byte(byte)) return false;
    sum |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) {
      value = static_cast<std::uint32_t>(sum);
      return sum <= UINT32_MAX || fail(std::errc::bad_message, "a number of more than 32 bits");
    }
  }
  return fail(std::errc::bad_message, "a number of more than 32 bits");
}

bool AdvancedInput::read_tag(std::uint8_t& tag) {
  do {
    if (!read_byte(tag)) return false;
  } while (tag == tag::kPadding);
  return true;
}
//< read-parts

bool AdvancedInput::expect(std::uint8_t wanted) {
  std::uint8_t tag = 0;
  if (!read_tag(tag)) return false;
  return tag == wanted || fail(std::errc::bad_message, "not V8's format");
}

bool AdvancedInput::read_number(std::uint8_t tag, Value& value) {
  if (tag == tag::kDouble) {
    std::string_view raw;
    double number = 0;
    if (!read_raw(sizeof number, raw)) return false;
    std::memcpy(&number, raw.data(), sizeof number);
    value = number;
    return true;
  }
  std::uint32_t bits = 0;
  if (!read_varint(bits)) return false;
  if (tag == tag::kUint32) {
    value = bits;
  } else {
    value = static_cast<std::int32_t>(bits >> 1 ^ (0 - (bits & 1)));
  }
  return true;
}

bool AdvancedInput::read_text(std::uint8_t tag, Value& value) {
  std::uint32_t size = 0;
  std::string_view raw;
  if (!read_varint(size) || !read_raw(size, raw)) return false;
  if (tag == tag::kOneByteText) {
    value = from_latin1(raw);
  } else if (tag == tag::kTwoByteText) {
    if (size % 2 != 0) return fail(std::errc::bad_message, "half a UTF-16 unit");
    std::u16string units(size / 2, u'\0');
    std::memcpy(units.data(), raw.data(), size);
    value = to_utf8(units);
  } else {
    const TextKind kind = scan_text(raw).kind;
    if (kind == TextKind::invalid || kind == TextKind::surrogates) {
      return fail(std::errc::illegal_byte_sequence, "no UTF-8");
    }
    value = raw;
  }
  return true;
}

bool AdvancedInput::read_bytes(Value& value) {
  std::uint32_t size = 0;
  std::string_view raw;
  if (!read_varint(size) || !read_raw(size, raw)) return false;
  const auto* first = reinterpret_cast<const std::byte*>(raw.data());
  value = Bytes(first, first + size);
  return true;
}

}  // namespace proclab::channel
