// Chapter 7 · signals: names and numbers, on every system.
#include "chapters/ch07_signals/names.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "chapters/ch07_signals/names_table.h"

namespace proclab::signals {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::optional<int> number_in(std::string_view digits) {
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return {};
  return number;
}

/// "SIGRTMIN", "SIGRTMIN+3", "SIGRTMAX-1": relative, since the numbers are the C library's choice.
std::optional<int> real_time_number(std::string_view name) {
  const RealTime range = real_time();
  const bool from_first = name.starts_with("SIGRTMIN");
  if (range.first > range.last || (!from_first && !name.starts_with("SIGRTMAX"))) return {};
  const std::string_view rest = name.substr(8);
  if (rest.empty()) return from_first ? range.first : range.last;
  if (rest.front() != (from_first ? '+' : '-')) return {};
  const std::optional<int> offset = number_in(rest.substr(1));
  if (!offset || *offset < 0 || *offset > range.last - range.first) return {};
  return from_first ? range.first + *offset : range.last - *offset;
}

}  // namespace

std::vector<int> all() {
  std::vector<int> numbers;
  for (const Named& signal : classical()) numbers.push_back(signal.number);
  for (int n = real_time().first; n <= real_time().last; ++n) numbers.push_back(n);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

std::string name_of(int signal) {
  for (const Named& named : classical()) {
    if (named.number == signal) return named.name;
  }
  const RealTime range = real_time();
  if (signal < range.first || signal > range.last) return {};
  const int up = signal - range.first, down = range.last - signal;
  if (up <= down) return up == 0 ? "SIGRTMIN" : "SIGRTMIN+" + std::to_string(up);
  return down == 0 ? "SIGRTMAX" : "SIGRTMAX-" + std::to_string(down);
}

Result<int> number_of(std::string_view text) {
  const auto unknown = [&] {
    return make_error("signal", std::errc::invalid_argument,
                      "this system has no signal " + std::string(text));
  };
  if (const std::optional<int> number = number_in(text)) {
    if (*number == 0 || !name_of(*number).empty()) return *number;
    return unknown();
  }
  std::string name = upper(text);
  if (!name.starts_with("SIG")) name = "SIG" + name;
  for (const Named& named : classical()) {
    if (name == named.name) return named.number;
  }
  if (const std::optional<int> number = real_time_number(name)) return *number;
  return unknown();
}

}  // namespace proclab::signals
