// Chapter 11 · channel: a message, ready for the wire, in either serialization.
//
// Question: what does a channel need to know of the formats? This. Read before: json.h, advanced.h, framing.h.
#pragma once

#include <string>
#include <string_view>

#include "chapters/ch11_channel/framing.h"
#include "chapters/ch11_channel/value.h"
#include "platform/result.h"

namespace proclab::channel {

/// Appends one whole message: the value and its newline, or its length and the value.
/// Errors: as write_json, write_advanced; `out` is then as before. Nothing bounds it but memory (advanced: 4 GiB).
Result<void> write_message(Serialization serialization, const Value& value, std::string& out);

/// Reads what a Splitter of that serialization gave into `value`, as parse_json does. Errors: as parse_json,
/// parse_advanced.
Result<void> parse_message(Serialization serialization, std::string_view frame, Value& value);

}  // namespace proclab::channel
