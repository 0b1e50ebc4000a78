// tests/ch04 · read_back by the book. MSDN, "CommandLineToArgvW function": 2n backslashes and a quote
// are n backslashes and a quote that opens or closes; 2n + 1 and a quote are n and a plain quote;
// backslashes before anything else are themselves.
#include "tests/ch04_spawn/read_back.h"

namespace proclab::spawn {

std::vector<std::string> read_back(const std::string& line) {
  std::vector<std::string> argv(1);
  std::size_t at = 0;
  const auto blank = [&] { return line[at] == ' ' || line[at] == '\t'; };
  if (at < line.size() && line[at] == '"') {  // argv[0]: up to the next quote, no escapes
    for (++at; at < line.size() && line[at] != '"'; ++at) argv[0] += line[at];
    ++at;
  } else {
    for (; at < line.size() && !blank(); ++at) argv[0] += line[at];
  }
  while (true) {
    while (at < line.size() && blank()) ++at;
    if (at >= line.size()) return argv;
    std::string text;
    bool quoted = false;
    while (at < line.size() && (quoted || !blank())) {
      std::size_t end = at;
      while (end < line.size() && line[end] == '\\') ++end;
      const std::size_t backslashes = end - at;
      if (end < line.size() && line[end] == '"') {
        text.append(backslashes / 2, '\\');
        if (backslashes % 2 == 1) text += '"';
        if (backslashes % 2 == 0) quoted = !quoted;
        at = end + 1;
      } else if (backslashes > 0) {
        text.append(backslashes, '\\');
        at = end;
      } else {
        text += line[at++];
      }
    }
    argv.push_back(text);
  }
}

}  // namespace proclab::spawn
