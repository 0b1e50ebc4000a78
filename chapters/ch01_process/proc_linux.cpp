// Chapter 1 · proc: reading the kernel's own text about a process.
#include "chapters/ch01_process/proc_linux.h"

#include <cerrno>
#include <charconv>

#include <fcntl.h>
#include <unistd.h>

#include "platform/handle.h"

namespace proclab::process {

Result<std::string> read_proc(const char* path) {
  const Handle file(::open(path, O_RDONLY | O_CLOEXEC));
  if (!file) return last_error("open", path);
  std::string text;
  char block[4096];
  for (;;) {
    const ssize_t got = ::read(file.get(), block, sizeof block);
    if (got == 0) return text;
    if (got > 0) {
      text.append(block, got);
    } else if (errno != EINTR) {
      return last_error("read", path);
    }
  }
}

//> stat-fields
std::vector<std::string> stat_fields(std::string_view line) {
  // "4711 (name) S 4700 …". The name is whatever the process calls itself, so it may hold blanks
  // and parentheses: a program named "x) R 1 (" has fooled many readers. No later field has a
  // parenthesis; the *last* one ends the name.
  const std::size_t open = line.find('(');
  const std::size_t close = line.rfind(')');
  if (open == line.npos || close == line.npos || close < open) return {};
  std::vector<std::string> fields = {"", std::string(line.substr(0, line.find(' '))),
                                     std::string(line.substr(open + 1, close - open - 1))};
  for (std::size_t at = line.find_first_not_of(" \n", close + 1); at != line.npos;) {
    const std::size_t end = std::min(line.find_first_of(" \n", at), line.size());
    fields.emplace_back(line.substr(at, end - at));
    at = line.find_first_not_of(" \n", end);
  }
  return fields;
}
//< stat-fields

Result<std::string> status_value(std::string_view text, std::string_view key) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (line.starts_with(key) && line.substr(key.size(), 1) == ":") {
      const std::size_t value = line.find_first_not_of(" \t", key.size() + 1);
      return std::string(value == line.npos ? "" : line.substr(value));
    }
    at = end + 1;
  }
  return make_error("status_value", std::errc::invalid_argument, std::string(key) + " is missing");
}

Result<std::uint64_t> to_number(std::string_view digits, int base) {
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  const bool ended = end == digits.data() + digits.size() || *end == ' ' || *end == '\n';
  if (error != std::errc{} || !ended) {
    return make_error("to_number", std::errc::invalid_argument, std::string(digits));
  }
  return number;
}

}  // namespace proclab::process
