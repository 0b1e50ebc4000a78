// Chapter 11 · channel: a number as JavaScript writes and reads it. Read number.h.
#include "chapters/ch11_channel/number.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <locale>
#include <sstream>
#include <string_view>

namespace proclab::channel {
namespace {

/// 1.5e-7: the digits as they are, the point after the first.
void append_scientific(std::string_view digits, int exponent, std::string& out) {
  out += digits[0];
  if (digits.size() > 1) out.append(1, '.').append(digits.substr(1));
  out.append(exponent < 0 ? "e-" : "e+").append(std::to_string(std::abs(exponent)));
}

/// 0.0015, 15000 or 1.5: the point moved to where it belongs.
void append_plain(std::string_view digits, int exponent, std::string& out) {
  const int count = static_cast<int>(digits.size());
  if (exponent < 0) {
    out.append("0.").append(-exponent - 1, '0').append(digits);
  } else if (exponent >= count - 1) {
    out.append(digits).append(exponent - count + 1, '0');
  } else {
    out.append(digits.substr(0, exponent + 1)).append(1, '.').append(digits.substr(exponent + 1));
  }
}

/// Slow and everywhere: for numbers at the ends of what there is, and for libraries without the fast way.
std::optional<double> read_slowly(std::string_view text) {
  std::istringstream stream{std::string(text)};
  stream.imbue(std::locale::classic());
  double number = 0;
  stream >> number;
  // Too large is said, and too small: but that is 0, or nearly.
  if (stream.fail() && std::fabs(number) > 1) return std::nullopt;
  return number;
}

}  // namespace

void append_number(double number, std::string& out) {
  constexpr double kExact = 9007199254740992;  // 2^53: every integer up to here is itself
  char text[40];
  if (std::fabs(number) <= kExact && number == std::trunc(number)) {
    const auto end = std::to_chars(text, text + sizeof text, static_cast<std::int64_t>(number)).ptr;
    out.append(text, end);
    return;
  }
  if (number < 0) out += '-';
  // "1.5e-07": the shortest digits, and the exponent of the first.
  const auto end =
      std::to_chars(text, text + sizeof text, std::fabs(number), std::chars_format::scientific).ptr;
  const std::string_view whole(text, end - text);
  const std::size_t e = whole.find('e');
  std::string digits(whole.substr(0, e));
  if (digits.size() > 1) digits.erase(1, 1);
  int exponent = 0;
  std::from_chars(text + e + (text[e + 1] == '+' ? 2 : 1), end, exponent);
  if (exponent >= 21 || exponent < -6) {
    append_scientific(digits, exponent, out);
  } else {
    append_plain(digits, exponent, out);
  }
}

std::optional<double> read_number(std::string_view text) {
#ifdef __cpp_lib_to_chars  // not yet in every C++ library for doubles
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc()) return number;
#endif
  return read_slowly(text);
}

}  // namespace proclab::channel
