// Chapter 12 · injection: a text that others wrote, in a command of ours.
//
// Look for: the first answer. The name was to be greeted, and has been obeyed. The second way
// quotes it, so that it stays one word to the shell; the third has no shell, and so nothing to be
// quoted. Take the third, if you can.
//
// Run: ch12_injection
// Run: ch12_injection "O'Neill"
#include <cstdio>
#include <string>

#include "chapters/ch12_child_process/sync.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::child_process;

void show(const char* way, const ExecResult& how) {
  std::string text = how.output + (how.success() ? "" : "! " + how.text().substr(0, 14) + "\n");
  std::erase(text, '\r');
  std::printf("%s\n%s", way, text.c_str());
}

//> broken
// UNSAFE: a command is a program, and here others write a part of it.
ExecResult greet_broken(const std::string& self, const std::string& name) {
  return exec_sync(self + " --greet " + name);
}
//< broken

//> fixed
/// The same by a shell, for who needs one: quote() makes one word of the name, whatever is in it.
Result<ExecResult> greet_quoted(const std::string& self, const std::string& name) {
  const Result<std::string> command = quote_all({self, "--greet", name});
  if (!command) return command.error();
  return exec_sync(*command);
}

/// No shell: the name is an argument from the start, and never anything else.
ExecResult greet(const std::string& self, const std::string& name) {
  return exec_file_sync(self, {"--greet", name});
}
//< fixed

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::vector<std::string> args = utf8_args(argc, argv);
  const std::string mode = args.size() > 1 ? args[1] : "";
  if (mode == "--help") {
    return std::puts(
               "usage: ch12_injection [NAME]\n"
               "Greets NAME by a shell, by a shell with care, and by none."),
           0;
  }
  if (mode == "--greet") return std::printf("  hello, %s\n", args[2].c_str()), 0;
  const std::string evil =
      kWindows ? "you& echo   and what else I say" : "you; echo '  and what else I say'";
  const std::string name = mode.empty() ? evil : mode;
  const std::string self = *self_path();
  show("by a shell, as it is", greet_broken(self, name));
  const Result<ExecResult> quoted = greet_quoted(self, name);
  if (!quoted) return std::puts(quoted.error().message().c_str()), 1;
  show("by a shell, quoted", *quoted);
  show("without a shell", greet(self, name));
}
