// platform · text: UTF-8 everywhere inside; UTF-16 only at the door of a W function.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/result.h"

namespace proclab {

/// UTF-8 to UTF-16, for the W functions of Windows (where wchar_t is a UTF-16 unit). Invalid UTF-8
/// is an error (illegal_byte_sequence), never a silent U+FFFD. Windows only has use for it, but it
/// is plain arithmetic, so it is there and tested on every system.
[[nodiscard]] Result<std::u16string> to_utf16(std::string_view utf8);

/// UTF-16 to UTF-8. An unpaired surrogate, which Windows allows in file names, becomes its three
/// byte form (WTF-8), so that no name is lost; to_utf16 takes that form back (but not two of them that would make a
/// pair: then two byte strings would mean one text).
[[nodiscard]] std::string to_utf8(std::u16string_view utf16);

/// A number as people write it on a command line, "2.5": digits with a point among, before or behind them. Anything
/// else is nullopt, also what strtod() would take besides: a sign, blanks, 1e3, 0x10, inf, nan.
[[nodiscard]] std::optional<double> to_decimal(std::string_view text);

/// Whether `text` has a NUL inside: the system would silently cut it there.
[[nodiscard]] inline bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

}  // namespace proclab
