// Chapter 11 · channel: the bytes of V8's format. For this chapter's files.
//
// A value is a tag and what the tag asks for; integers are varints: seven bits a byte, the lowest first, and the
// top bit says that more follow.
#pragma once

#include <cstdint>

namespace proclab::channel::tag {

inline constexpr std::uint8_t kVersion = 0xFF;  // varint: the format's version; starts a message
inline constexpr std::uint8_t kPadding =
    0x00;  // before a two-byte text, to align it; means nothing
inline constexpr std::uint8_t kNull = '0', kUndefined = '_', kHole = '-';
inline constexpr std::uint8_t kTrue = 'T', kFalse = 'F';
inline constexpr std::uint8_t kInt32 = 'I';   // varint, zig-zag: 0, -1, 1, -2 are 0, 1, 2, 3
inline constexpr std::uint8_t kUint32 = 'U';  // varint
inline constexpr std::uint8_t kDouble =
    'N';  // 8 bytes in the machine's order: it never leaves the machine
inline constexpr std::uint8_t kOneByteText = '"';  // varint: size; Latin-1
inline constexpr std::uint8_t kTwoByteText =
    'c';  // varint: size in bytes; UTF-16 in the machine's order
inline constexpr std::uint8_t kUtf8Text = 'S';   // varint: size in bytes
inline constexpr std::uint8_t kObject = 'o';     // name, value, name, value …
inline constexpr std::uint8_t kObjectEnd = '{';  // varint: how many members
inline constexpr std::uint8_t kDense =
    'A';  // varint: length; elements; then members, as an object's
inline constexpr std::uint8_t kDenseEnd = '$';  // varints: how many members, length
inline constexpr std::uint8_t kSparse = 'a';  // varint: length; then index, value, index, value …
inline constexpr std::uint8_t kSparseEnd = '@';    // varints: how many members, length
inline constexpr std::uint8_t kArrayBuffer = 'B';  // varint: size; bytes
inline constexpr std::uint8_t kHostObject = '\\';  // what follows is Node's, not V8's:

// Node's child_process: a varint says whether a view into memory follows, or any other native object, as a plain one.
inline constexpr std::uint32_t kHostView = 0, kHostPlain = 1;
// Node's lib/v8.js: varints: the view's type, size in bytes; bytes.
inline constexpr std::uint32_t kUint8Array = 1, kUint8ClampedArray = 2, kDataView = 9, kBuffer = 10;

}  // namespace proclab::channel::tag
