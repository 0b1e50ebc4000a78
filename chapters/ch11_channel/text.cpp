// Chapter 11 · channel: what kind of text is it? Read text.h.
#include "chapters/ch11_channel/text.h"

#include <algorithm>
#include <cstdint>

namespace proclab::channel {
namespace {

constexpr std::size_t kStride = 32;

bool is_ascii(std::string_view text) {
  return !any_marked(text, [](std::uint64_t word) { return word; });
}

/// The size of the character at the front of `rest`, or 0 when it is none. The second byte's range is what
/// keeps out longer forms than needed, and what lies beyond U+10FFFF (Unicode, table 3-7).
std::size_t character_size(std::string_view rest) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(rest[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (size == 0 || first > 0xF4 || rest.size() < size) return 0;
  const std::uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t high = first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return size;
}

bool is_surrogate(std::string_view character) {
  return character[0] == '\xED' && static_cast<std::uint8_t>(character[1]) >= 0xA0;
}
bool is_high(std::string_view surrogate) { return static_cast<std::uint8_t>(surrogate[1]) < 0xB0; }

}  // namespace

Scan scan_text(std::string_view text) {
  if (is_ascii(text)) return {};  // as nearly all that is ever sent
  TextKind kind = TextKind::ascii;
  std::size_t high_ended =
      0;  // where the last high surrogate ended: a low one there would be a pair
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t stop = std::min(i + kStride, text.size());
    if (is_ascii(text.substr(i, stop - i))) {
      i = stop;
      continue;
    }
    // Up to the next stride, or text that mixes would test one for each character.
    while (i < stop) {
      const std::size_t size = character_size(text.substr(i));
      if (size == 0) return {TextKind::invalid, i};
      const std::string_view character = text.substr(i, size);
      if (size == 3 && is_surrogate(character)) {
        // A pair has a form of four bytes; two of three would be a second form of the same text.
        if (!is_high(character) && high_ended == i && i > 0) return {TextKind::invalid, i};
        if (is_high(character)) high_ended = i + size;
        kind = TextKind::surrogates;
      } else if (size > 1 && kind == TextKind::ascii) {
        kind = TextKind::utf8;
      }
      i += size;
    }
  }
  return {kind, 0};
}

void append_text(std::string& text, std::string_view piece) {
  if (piece.size() <= kStep) return (void)text.append(piece);
  const std::size_t before = text.size();
  text.resize(before + piece.size());
  copy_text(piece, text.data() + before);
}

}  // namespace proclab::channel
