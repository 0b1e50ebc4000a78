// Chapter 11 · channel: a number as JavaScript writes it. For this chapter's files.
#pragma once

#include <string>

namespace proclab::channel {

/// Appends a finite number as String(number) gives it: the shortest digits that read back the same, 1 and not
/// 1.0, 1e+21 from there on, 1e-7 from there down, -0 as 0. ECMA-262, Number::toString.
void append_number(double number, std::string& out);

}  // namespace proclab::channel
