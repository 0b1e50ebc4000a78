// Chapter 11 · channel: a value as V8 serializes it, Node's serialization 'advanced'.
//
// Question: what does structured clone look like as bytes? Read before: value.h. Then advanced.cpp (reading),
// advanced_write.cpp.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "chapters/ch11_channel/value.h"
#include "platform/result.h"

namespace proclab::channel {

/// Reads one serialized value, all of `data`, with its header (format versions 13 to 15: ff 0d to ff 0f). It takes null,
/// booleans, numbers, texts, arrays, plain objects, Buffer, Uint8Array and ArrayBuffer; undefined and the holes of an
/// array are null. All else that JavaScript can send is not_supported, and the detail names it: Date, Map,
/// Set, RegExp, Error, BigInt, other typed arrays, an array with named properties, and an object that
/// occurs twice in a message (V8 then refers to the first: a Value is a tree, and a few bytes could ask
/// for a tree of any size).
/// Errors: not_supported; bad_message: not this format, or cut off, and at which byte; value_too_large: deeper than
/// kMaxDepth, or an array with more holes than a message may ask memory for (2^16 in all);
/// illegal_byte_sequence: a UTF-8 text that is none. Memory: as parse_json. Threads: any.
/// Sources: V8's src/objects/value-serializer.cc, Node's lib/internal/child_process/serialization.js and lib/v8.js.
Result<Value> parse_advanced(std::span<const std::byte> data);

/// Appends `value`, with the header ff 0d, which every Node since 16 takes. Bytes arrive as a Buffer.
/// Errors: illegal_byte_sequence: a text or a name is not UTF-8; value_too_large: too deep, or 4 GiB and more.
/// `out` is then as before.
Result<void> write_advanced(const Value& value, std::string& out);

}  // namespace proclab::channel
