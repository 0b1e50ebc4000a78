// Chapter 11 · channel: writing V8's format. Read advanced.h and advanced_tags.h.
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "chapters/ch11_channel/advanced.h"
#include "chapters/ch11_channel/advanced_tags.h"
#include "chapters/ch11_channel/text.h"
#include "platform/text.h"

namespace proclab::channel {
namespace {

// Node 16 takes nothing newer; later versions changed only what we do not write.
constexpr std::uint32_t kVersionWritten = 13;

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out), start_(out.size()) {}

  Result<void> write_message(const Value& value) {
    put(tag::kVersion);
    put_varint(kVersionWritten);
    return write(value, 0);
  }

 private:
  //> write-value
  Result<void> write(const Value& value, int depth) {
    if (value.is_null()) {
      put(tag::kNull);
    } else if (const bool* boolean = value.as_bool()) {
      put(*boolean ? tag::kTrue : tag::kFalse);
    } else if (const double* number = value.as_number()) {
      write_number(*number);
    } else if (const std::string* text = value.as_string()) {
      return write_text(*text);
    } else if (const Bytes* bytes = value.as_bytes()) {
      return write_bytes(*bytes);
    } else if (depth == kMaxDepth) {
      return too_large("more than " + std::to_string(kMaxDepth) +
                       " arrays and objects in one another");
    } else if (const Array* array = value.as_array()) {
      return write_array(*array, depth + 1);
    } else {
      return write_object(*value.as_object(), depth + 1);
    }
    return {};
  }
  //< write-value

  void put(std::uint8_t byte) { out_ += static_cast<char>(byte); }

  void put_varint(std::uint32_t value) {
    for (; value >= 0x80; value >>= 7) put(static_cast<std::uint8_t>(value | 0x80));
    put(static_cast<std::uint8_t>(value));
  }

  static Error too_large(std::string what) {
    return make_error("write_advanced", std::errc::value_too_large, std::move(what));
  }

  Result<void> put_size(std::size_t size) {
    if (size > UINT32_MAX) return too_large("4 GiB or more in one piece");
    put_varint(static_cast<std::uint32_t>(size));
    return {};
  }

  void write_number(double number) {
    const bool small = number >= INT32_MIN && number <= INT32_MAX;
    // -0 is no int32, and JavaScript can tell it from 0.
    if (small && number == std::trunc(number) && !(number == 0 && std::signbit(number))) {
      const auto integer = static_cast<std::int32_t>(number);
      put(tag::kInt32);
      put_varint(static_cast<std::uint32_t>(integer) << 1 ^
                 static_cast<std::uint32_t>(integer >> 31));
      return;
    }
    put(tag::kDouble);
    const auto raw = std::bit_cast<std::array<char, sizeof number>>(number);
    out_.append(raw.data(), raw.size());
  }

  Result<void> write_text(const std::string& text) {
    const Scan scan = scan_text(text);
    if (scan.kind == TextKind::invalid) {
      return make_error("write_advanced", std::errc::illegal_byte_sequence,
                        "a text of " + std::to_string(text.size()) + " bytes is no UTF-8 at byte " +
                            std::to_string(scan.bad_at));
    }
    if (scan.kind != TextKind::ascii) return write_two_byte_text(text);
    put(tag::kOneByteText);
    if (Result<void> done = put_size(text.size()); !done) return done;
    out_.append(text);
    return {};
  }

  Result<void> write_two_byte_text(const std::string& text) {
    const Result<std::u16string> units = to_utf16(text);
    if (!units) return units.error();
    const std::size_t size = units->size() * sizeof(char16_t);
    if (size > UINT32_MAX) return too_large("4 GiB or more in one piece");
    // V8 reads units where they lie, so they have to lie at even places, counted from the start.
    std::size_t header = 2;
    for (std::size_t rest = size; rest >= 0x80; rest >>= 7) ++header;
    if ((out_.size() - start_ + header) % 2 != 0) put(tag::kPadding);
    put(tag::kTwoByteText);
    put_varint(static_cast<std::uint32_t>(size));
    out_.append(reinterpret_cast<const char*>(units->data()), size);
    return {};
  }

  Result<void> write_bytes(const Bytes& bytes) {
    put(tag::kHostObject);
    put_varint(tag::kHostView);
    put_varint(tag::kBuffer);
    if (Result<void> done = put_size(bytes.size()); !done) return done;
    out_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }

  Result<void> write_array(const Array& array, int depth) {
    put(tag::kDense);
    if (Result<void> done = put_size(array.size()); !done) return done;
    for (const Value& element : array) {
      if (Result<void> done = write(element, depth); !done) return done;
    }
    put(tag::kDenseEnd);
    put_varint(0);
    return put_size(array.size());
  }

  Result<void> write_object(const Object& object, int depth) {
    put(tag::kObject);
    for (const auto& [name, value] : object.members) {
      if (Result<void> done = write_text(name); !done) return done;
      if (Result<void> done = write(value, depth); !done) return done;
    }
    put(tag::kObjectEnd);
    return put_size(object.members.size());
  }

  std::string& out_;
  std::size_t start_;
};

}  // namespace

Result<void> write_advanced(const Value& value, std::string& out) {
  const std::size_t before = out.size();
  Result<void> done = Writer(out).write_message(value);
  if (!done) out.resize(before);
  return done;
}

}  // namespace proclab::channel
