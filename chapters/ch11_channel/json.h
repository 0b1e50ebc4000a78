// Chapter 11 · channel: a value as JSON, the way Node writes and reads it.
//
// Question: what is the same text for both sides? Read before: value.h. Then json.cpp (reading, by RapidJSON),
// json_write.cpp (writing, byte for byte what JSON.stringify gives).
#pragma once

#include <string>
#include <string_view>

#include "chapters/ch11_channel/value.h"
#include "platform/result.h"

namespace proclab::channel {

/// Reads one JSON text: all of `text`, with blanks around it. As JSON.parse, but for this: invalid UTF-8 is an error,
/// where Node puts U+FFFD in its place and so changes what was sent; deeper than kMaxDepth is an error;
/// 1e400 is an error and not Infinity. `\ud800` without its other half is kept: see Value.
/// Errors: illegal_byte_sequence: not UTF-8; bad_message: not JSON, and at which byte; value_too_large: too deep, or
/// 4 GiB and more.
/// Memory: some 40 bytes a byte of text at worst (`[0,0,0…]`), a few times that while a vector grows, so limit the
/// text. Threads: any. Sources: RFC 8259, ECMA-262 JSON.parse.
Result<Value> parse_json(std::string_view text);

/// The same into `value`, whose memory is used again: that saves a third of the time of a short text. Whatever stood
/// there is gone, and after an error what stands there means nothing. The memory only grows, each part of the value
/// to the most that it ever had: `value = {}` now and then, if strangers write the texts.
Result<void> parse_json(std::string_view text, Value& value);

/// Appends `value` as JSON.stringify(value) would: without blanks, numbers as JavaScript writes them (1, 1e+21),
/// NaN and infinities null, U+2028 as itself, unpaired surrogates as \udXXX: never a raw newline, so one
/// text is one line. Bytes become what a Node Buffer becomes, {"type":"Buffer","data":[1,2]}, since the Node program
/// there knows it, and Buffer.from() takes it back; parse_json gives an Object of it, as JSON.parse does.
/// Errors: illegal_byte_sequence: a text or a name is not UTF-8; value_too_large: too deep. `out` is then as before.
Result<void> write_json(const Value& value, std::string& out);

}  // namespace proclab::channel
