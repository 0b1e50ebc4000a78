// Chapter 4 · spawn: writing a Windows command line that its reader will cut the same way.
#include "chapters/ch04_spawn/command_line.h"

#include <algorithm>

namespace proclab::spawn {

//> quote
std::string quote_argument(std::string_view argument) {
  const bool plain = !argument.empty() && argument.find_first_of(" \t\n\v\"") == argument.npos;
  if (plain) return std::string(argument);
  std::string out = "\"";
  std::size_t backslashes = 0;  // seen just before; what they mean depends on what follows
  for (const char c : argument) {
    if (c == '\\') {
      ++backslashes;
      continue;
    }
    // Before a quote they are pairs, and one more to take the quote's meaning away; else themselves.
    out.append(c == '"' ? backslashes * 2 + 1 : backslashes, '\\');
    out.push_back(c);
    backslashes = 0;
  }
  out.append(backslashes * 2, '\\');  // they stand before our closing quote
  return out + '"';
}
//< quote

std::string join_command_line(std::string_view argv0, const std::vector<std::string>& args,
                              bool verbatim) {
  // argv[0] is read up to the next quote or blank, without escapes: it is a path, and a path holds
  // no quote.
  std::string line = verbatim ? std::string(argv0) : "\"" + std::string(argv0) + "\"";
  for (const std::string& arg : args) line += " " + (verbatim ? arg : quote_argument(arg));
  return line;
}

bool is_batch_file(std::string_view path) {
  const std::size_t end = path.find_last_not_of(". ");
  if (end == path.npos || end < 3) return false;
  std::string tail(path.substr(end - 3, 4));
  std::transform(tail.begin(), tail.end(), tail.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return tail == ".bat" || tail == ".cmd";
}

}  // namespace proclab::spawn
