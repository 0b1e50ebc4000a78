// Chapter 11 · channel: the parts that V8's format is made of, read one after the other. For this chapter's files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "chapters/ch11_channel/value.h"
#include "platform/result.h"

namespace proclab::channel {

/// A place in a message. Each read_ leaves what it found behind and moves on, or says no: then error() tells why, and
/// nothing more is to be read. No byte is looked at before it is known to be there.
class AdvancedInput {
 public:
  explicit AdvancedInput(std::string_view data) : data_(data) {}

  [[nodiscard]] const Error& error() const { return error_; }

 protected:
  /// Always false, so that a reader can return it.
  bool fail(std::errc why, const std::string& what);

  [[nodiscard]] std::size_t left() const { return data_.size() - at_; }
  bool read_raw(std::size_t size, std::string_view& bytes);
  bool read_varint(std::uint32_t& value);
  bool read_tag(std::uint8_t& tag);
  bool expect(std::uint8_t tag);

  /// What follows one of the tags of a number, of a text.
  bool read_number(std::uint8_t tag, Value& value);
  bool read_text(std::uint8_t tag, Value& value);
  /// A size and so many bytes.
  bool read_bytes(Value& value);

 private:
  bool read_byte(std::uint8_t& byte);

  std::string_view data_;
  std::size_t at_ = 0;
  Error error_;
};

}  // namespace proclab::channel
