// Chapter 11 · channel: what kind of text is it? For this chapter's files.
//
// Question: every text that comes or goes must be looked at: is it UTF-8? How, at the speed of memory?
// Read before: platform/text.h. Then text.cpp.
#pragma once

#include <cstddef>
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

}  // namespace proclab::channel
