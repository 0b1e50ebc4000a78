// Chapter 8 · init: runs a program and is init to it: forwards signals, reaps, ends as it ended.
//
// Look for: the exit codes, which are the command's own, or 128 + the signal. In the last run the shell
// leaves somebody behind in the background, who would sleep for an hour; ch08_init does not leave
// before that one is gone. It can be pid 1 of a container: --pid 1 on `unshare` or as an entry point.
//
// Run: ch08_init sh -c "exit 3"
// Exit: 3
// Run: ch08_init sh -c "kill -TERM $$"
// Exit: 143
// Run: ch08_init no-such-program
// Exit: 127
// Run: ch08_init sh -c "setsid sleep 3600 & echo it has fled"
#include <cstdio>
#include <cstdlib>

#include "chapters/ch08_reaping/init.h"
#include "chapters/ch08_reaping/parent.h"
#include "platform/self.h"

using namespace proclab;

static int usage(int code) {
  std::puts(
      "usage: ch08_init [-g] [-l N] COMMAND [ARGUMENT...]\n"
      "Runs COMMAND, passes signals on to it, reaps all that ends, and ends with its exit code, 128 +\n"
      "the signal that killed it, or 127 and 126 when it could not be started. Nothing outlives it.\n"
      "  -g    signals go to COMMAND's whole process group\n"
      "  -l N  descriptor N is a lifeline: when its other end is gone, everything is killed");
  return code;
}

//> main
int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  std::vector<std::string> args = utf8_args(argc, argv);
  reaping::InitOptions options;
  std::size_t at = 1;
  for (; at < args.size() && args[at].starts_with('-'); ++at) {
    if (args[at] == "--help") return usage(0);
    if (args[at] == "-g") {
      options.group = true;
    } else if (args[at] == "-l" && at + 1 < args.size()) {
      const Result<NativeHandle> end = reaping::lifeline_in(std::atoi(args[++at].c_str()));
      if (!end) return std::fprintf(stderr, "ch08_init: %s\n", end.error().message().c_str()), 125;
      options.lifeline = *end;
    } else {
      return usage(125);
    }
  }
  if (at == args.size()) return usage(125);
  options.command.file = args[at];
  options.command.args.assign(args.begin() + static_cast<std::ptrdiff_t>(at) + 1, args.end());
  const Result<int> code = reaping::run_init(options);
  if (code) return *code;
  std::fprintf(stderr, "ch08_init: %s\n", code.error().message().c_str());
  return code.error().code == std::errc::no_such_file_or_directory ? 127 : 126;
}
//< main
