// Caught: quotes too_few
// A quote inside is left as it is.
#include <cstdio>
#include <string>

std::string quote(const std::string& argument) {
  if (!argument.empty() && argument.find_first_of(" \t\n\v\"") == std::string::npos)
    return argument;
  std::string out = "\"";
  std::size_t slashes = 0;
  for (const char c : argument) {
    if (c == '\\') {
      ++slashes;
      continue;
    }
    out.append(slashes, '\\');
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
