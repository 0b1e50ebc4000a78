// Chapter 11 · channel: what kind of text is it, and a copy of it. For this chapter's files.
//
// Question: every text that comes or goes must be looked at: is it UTF-8? How, at the speed of memory?
// Read before: platform/text.h. Then text.cpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace proclab::channel {

enum class TextKind {
  ascii,       ///< one byte a character
  utf8,        ///< well formed, with some character beyond ASCII
  surrogates,  ///< besides, an unpaired surrogate in the three bytes that platform/text.h gives it
  invalid,
};

struct Scan {
  TextKind kind = TextKind::ascii;
  std::size_t bad_at = 0;  ///< invalid: the byte where it goes wrong
};

/// A word of eight bytes that are the same.
constexpr std::uint64_t each_byte(std::uint8_t byte) { return byte * 0x0101010101010101u; }

/// Asks `marks` of the text's bytes, eight at a time in a word: whether it sets the highest bit of one of them. Each is
/// in one word at least, and may be in two.
template <class Marks>
bool any_marked(std::string_view text, Marks marks) {
  constexpr std::size_t kWord = sizeof(std::uint64_t), kWords = 4;
  const std::size_t size = text.size();
  const auto load = [&]<class Part>(std::size_t i, Part part) -> std::uint64_t {
    std::memcpy(&part, text.data() + i, sizeof part);
    return part;
  };
  const auto word = [&](std::size_t i) { return marks(load(i, std::uint64_t())); };
  std::uint64_t found = 0;
  std::size_t i = 0;
  if (size >= kWord) {
    for (; i + kWords * kWord <= size && (found & each_byte(0x80)) == 0; i += kWords * kWord) {
      for (std::size_t k = 0; k < kWords; ++k) found |= word(i + k * kWord);
    }
    for (; i + kWord <= size; i += kWord) found |= word(i);
    found |= word(size - kWord);  // the rest, and some of it again
  } else if (size >= kWord / 2) {
    found = marks(load(0, std::uint32_t()) | load(size - kWord / 2, std::uint32_t()) << 32);
  } else if (size > 0) {  // the first, the middle one and the last, which may be the same
    const std::uint64_t few = load(0, std::uint8_t()) | load(size / 2, std::uint8_t()) << 8 |
                              load(size - 1, std::uint8_t()) * 0x01010000u;
    found = marks(few | few << 32);
  }
  return (found & each_byte(0x80)) != 0;
}

/// Looks through all of `text`.
[[nodiscard]] Scan scan_text(std::string_view text);

/// From 2 KiB on memcpy() is one instruction with glibc, `rep movsb`, and AMD's Zen 3 takes 20 times as long for it where
/// the two addresses happen to lie badly (glibc's bug 30994). So what may be long is copied in steps that are shorter.
inline constexpr std::size_t kStep = 1024;

/// Copies `text` to `to`, in steps.
inline void copy_text(std::string_view text, char* to) {
  for (; text.size() > kStep; text.remove_prefix(kStep), to += kStep)
    std::copy_n(text.data(), kStep, to);
  std::copy_n(text.data(), text.size(), to);
}

/// text.append(piece), and of a long one in steps, in memory that is asked for once.
void append_text(std::string& text, std::string_view piece);

}  // namespace proclab::channel
