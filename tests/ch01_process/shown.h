// Tests of chapter 1 · shown: reading what a demo printed.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace proclab::test {

/// The first number on the line that begins with `label` and a blank; -1 when there is none.
inline std::int64_t number_after(const std::string& text, const std::string& label) {
  const std::string lines = "\n" + text;
  const std::size_t at = lines.find("\n" + label + " ");
  if (at == lines.npos) return -1;
  const std::size_t digit = lines.find_first_of("0123456789", at + label.size() + 1);
  return digit == lines.npos ? -1 : std::strtoll(lines.c_str() + digit, nullptr, 10);
}

}  // namespace proclab::test
