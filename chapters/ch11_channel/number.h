// Chapter 11 · channel: a number as JavaScript writes and reads it. For this chapter's files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace proclab::channel {

/// Appends a finite number as String(number) gives it: the shortest digits that read back the same, 1 and not
/// 1.0, 1e+21 from there on, 1e-7 from there down, -0 as 0. ECMA-262, Number::toString.
void append_number(double number, std::string& out);

/// The double nearest to what `text` says, which has JSON's form; nullopt when it is beyond all doubles. 1e-400 is 0.
/// Whatever the program's locale says, the point is a point.
[[nodiscard]] std::optional<double> read_number(std::string_view text);

}  // namespace proclab::channel
