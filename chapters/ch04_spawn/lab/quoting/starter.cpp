// Chapter 4 · quoting: arguments for Windows, which knows one string.
//
// CreateProcessW takes a command line, and the child's runtime cuts it into arguments again. Write quote(), so that
// it reads back exactly what you put in. Its rules (Microsoft: "Parsing C command-line arguments"):
//
//   - Blanks and tabs end an argument, except between quotes. The quotes themselves vanish.
//   - \" is a quote. 2n backslashes and a quote are n backslashes, and the quote opens or closes;
//     2n+1 backslashes and a quote are n backslashes and a quote.
//   - A backslash anywhere else is a backslash.
//
// Arguments that need no quotes stay as they are. The program reads arguments from stdin, each with a
// zero byte behind it, and prints the command line.
#include <cstdio>
#include <string>

std::string quote(const std::string& argument) {
  if (argument.find(' ') == std::string::npos) return argument;
  return "\"" + argument + "\"";
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
