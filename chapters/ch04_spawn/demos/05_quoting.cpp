// Chapter 4 · quoting: how a list of arguments survives Windows' one command line.
//
// Look for: what the backslashes do. They are themselves until a quote follows; then they come in
// pairs. Joined by blanks alone (UNSAFE), the same list is read back as another one.
//
// Run: ch04_quoting
// Run: ch04_quoting "two words" "" 'say "hi"' 'C:\dir\'
#include <cstdio>

#include "chapters/ch04_spawn/command_line.h"
#include "platform/self.h"

using namespace proclab;

int main(int argc, char** argv) {
  std::vector<std::string> args = utf8_args(argc, argv);
  args.erase(args.begin());
  if (!args.empty() && args[0] == "--help") {
    return std::puts(
               "usage: ch04_quoting [ARGUMENT...]\n"
               "Prints the command line that CreateProcessW would be given for them."),
           0;
  }
  if (args.empty())
    args = {"plain", "with blank", R"(back\slash)", R"(quo"te)", R"(end\)", R"(\" )"};
  for (const std::string& arg : args) {
    std::printf("%-14s is written %s\n", ("[" + arg + "]").c_str(),
                spawn::quote_argument(arg).c_str());
  }
  std::printf("the line:      %s\n", spawn::join_command_line("prog.exe", args).c_str());
  std::printf("UNSAFE, joined: %s\n", spawn::join_command_line("prog.exe", args, true).c_str());
  return 0;
}
