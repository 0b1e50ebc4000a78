// Caught: plain needless
// Quotes where none are needed.
#include <cstdio>
#include <string>

std::string quote(const std::string& argument) {
  std::string out = "\"";
  std::size_t slashes = 0;
  for (const char c : argument) {
    if (c == '\\') {
      ++slashes;
      continue;
    }
    out.append(c == '"' ? 2 * slashes + 1 : slashes, '\\');
    out += c;
    slashes = 0;
  }
  out.append(2 * slashes, '\\');
  return out + '"';
}

// From here on nothing needs a change.

int main() {
  std::string argument, line;
  for (int c; (c = std::getchar()) != EOF;) {
    if (c != 0) {
      argument += static_cast<char>(c);
      continue;
    }
    line += line.empty() ? quote(argument) : " " + quote(argument);
    argument.clear();
  }
  std::fwrite(line.data(), 1, line.size(), stdout);
}
