// tests/ch11 · what the tests of the formats share: bytes written as text, streams cut to pieces, random values.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "chapters/ch11_channel/advanced.h"
#include "chapters/ch11_channel/framing.h"
#include "chapters/ch11_channel/json.h"
#include "chapters/ch11_channel/value.h"

namespace proclab::channel {

/// "ff 0f 22" as bytes, and bytes as "ff 0f 22".
std::string from_hex(std::string_view hex);
std::string to_hex(std::string_view bytes);

Result<Value> parse_advanced_text(std::string_view bytes);
/// The written form; a failed write is a failed test.
std::string json(const Value& value);
std::string advanced(const Value& value);

/// What a splitter makes of pieces: the messages, and at the end "end", or the error's detail.
std::vector<std::string> split(Serialization serialization,
                               const std::vector<std::string_view>& pieces,
                               std::size_t limit = kMessageLimit);

/// A value of some depth with everything in it that both formats carry alike. Names are no numbers and occur
/// once, since JavaScript sorts and drops those.
Value random_value(std::mt19937& random, bool with_bytes, int depth = 4);

/// `depth` arrays in one another, as JSON and as V8's format.
std::string nested_json(int depth);
std::string nested_advanced(int depth);

}  // namespace proclab::channel
