// Chapter 7 · shell: why a script sees 143.
//
// Look for: the kernel tells a parent two different things, "exited with 143" and "killed by 15". A shell
// has one number for both, and says 128 + 15. The program in the last line caught SIGTERM, cleaned up,
// and then died of it all the same: its parent is not lied to.
//
// Run: ch07_shell
#include <cstdio>
#include <cstring>
#include <string>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch07_signals/ending.h"
#include "chapters/ch07_signals/send.h"
#include "chapters/ch07_signals/source.h"
#include "platform/self.h"

using namespace proclab;

namespace {

//> clean-end
/// Hears SIGTERM, cleans up, and ends as if it had not: by the signal.
int clean_up_and_die() {
  Result<signals::Source> source = signals::Source::open({signals::kTerminate});
  if (!source || !signals::raise(signals::kTerminate)) return 1;
  const auto event = source->next_until(Deadline::never());
  if (!event || !*event) return 1;
  // ... here the program saves what is to be saved ...
  signals::end_as({.signal = (*event)->signal});
}
//< clean-end

void show(const std::string& what, const std::string& command) {
  spawn::Options options;
  options.file = "/bin/sh";
  options.args = {"-c", command};
  Result<spawn::Process> direct = spawn::start(options);
  const Result<spawn::ExitStatus> end = direct ? direct->wait() : direct.error();
  if (!end) return;
  std::printf("%-24s kernel: %-10s ours: %3u  sh: $? = ", what.c_str(), end->text().c_str(),
              signals::shell_code(*end));
  std::fflush(stdout);
  options.args = {"-c", "sh -c '" + command + "'; echo $?"};
  Result<spawn::Process> shell = spawn::start(options);
  if (shell) (void)shell->wait();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  if (word == "--help") {
    return std::puts("usage: ch07_shell\nEnds programs in several ways, and asks the shell."), 0;
  }
  if (word == "--clean") return clean_up_and_die();
  if (!fill_std_slots()) return 125;
  const Result<std::string> self = self_path();
  if (!self) return 1;
  show("exit 7", "exit 7");
  show("exit 143", "exit 143");
  show("kill -TERM $$", "kill -TERM $$");
  show("kill -KILL $$", "kill -KILL $$");
  show("cleaned up after TERM", "exec " + *self + " --clean");
  return 0;
}
