// Chapter 11 · channel: a message, ready for the wire. Read message.h.
#include "chapters/ch11_channel/message.h"

#include <cstdint>
#include <span>
#include <utility>

#include "chapters/ch11_channel/advanced.h"
#include "chapters/ch11_channel/json.h"

namespace proclab::channel {
namespace {

/// The length of what was written after these four bytes is known only now.
Result<void> fill_in_length(std::string& out, std::size_t start) {
  const std::size_t length = out.size() - start - 4;
  if (length > UINT32_MAX) {
    return make_error("write_message", std::errc::value_too_large, "4 GiB or more");
  }
  for (int i = 0; i < 4; ++i) out[start + i] = static_cast<char>(length >> (24 - 8 * i) & 0xFF);
  return {};
}

}  // namespace

Result<void> write_message(Serialization serialization, const Value& value, std::string& out) {
  const std::size_t start = out.size();
  if (serialization == Serialization::json) {
    Result<void> done = write_json(value, out);
    if (done) out += '\n';
    return done;
  }
  out.append(4, '\0');
  Result<void> done = write_advanced(value, out);
  if (done) done = fill_in_length(out, start);
  if (!done) out.resize(start);
  return done;
}

Result<void> parse_message(Serialization serialization, std::string_view frame, Value& value) {
  if (serialization == Serialization::json) return parse_json(frame, value);
  Result<Value> read = parse_advanced(std::as_bytes(std::span(frame)));
  if (!read) return read.error();
  value = std::move(*read);
  return {};
}

}  // namespace proclab::channel
