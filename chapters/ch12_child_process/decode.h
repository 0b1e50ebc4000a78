// Chapter 12 · child_process: bytes that somebody said are text.
#pragma once

#include <string>
#include <string_view>

namespace proclab::child_process {

/// `bytes` as UTF-8: what is none becomes U+FFFD, as browsers and Node do it: one for each piece
/// that could not go on (WHATWG Encoding, UTF-8 decoder). `cut`: more was to follow, so a character
/// without its end is dropped.
[[nodiscard]] std::string to_utf8_text(std::string bytes, bool cut);

}  // namespace proclab::child_process
