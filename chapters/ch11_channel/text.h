// Chapter 11 · channel: what kind of text is it, and a copy of it. For this chapter's files.
//
// Question: every text that comes or goes must be looked at: is it UTF-8? How, at the speed of memory?
// Read before: platform/text.h. Then text.cpp.
#pragma once

#include <algorithm>
#include <cstddef>
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
