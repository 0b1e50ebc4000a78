// Chapter 4 · exec: run a program, and tell its three ends apart.
//
// Look for: the same call for all three. A program that exits gives a code; one that is killed gives a
// signal; and one that never started gives no child at all, but the step that failed and why.
//
// Run: ch04_exec ch01_ending _Exit 3
// Exit: 3
// Run: ch04_exec ch01_ending kill
// Exit: 137
// Run: ch04_exec no-such-program
// Exit: 127
// Run: ch04_exec ./a-folder-that-is-not-there/program
// Exit: 127
#include <cstdio>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/self.h"

using namespace proclab;

static int usage() {
  std::puts(
      "usage: ch04_exec PROGRAM [ARGUMENT...]\n"
      "Runs PROGRAM, says how it ended, and ends the same way as a shell would tell it: its exit\n"
      "code, 128 + the signal, 127 when it is not there, 126 when it cannot be run.");
  return 0;
}

//> main
int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::vector<std::string> args = utf8_args(argc, argv);
  if (args.size() < 2) return usage(), 2;
  if (args[1] == "--help") return usage();

  spawn::Options options;
  options.file = args[1];
  options.args.assign(args.begin() + 2, args.end());
  Result<spawn::Process> child = spawn::start(options);
  if (!child) {
    std::printf("never started: %s\n", child.error().message().c_str());
    return child.error().code == std::errc::no_such_file_or_directory ? 127 : 126;
  }
  const Result<spawn::ExitStatus> end = child->wait();
  if (!end) return std::printf("%s\n", end.error().message().c_str()), 125;
  if (end->signal != 0) {
    std::printf("killed by signal %d\n", end->signal);
    return 128 + end->signal;
  }
  std::printf("exited with code %u\n", end->code);
  return static_cast<int>(end->code);
}
//< main
