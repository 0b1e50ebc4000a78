// Chapter 8 · escape: a grandchild flees, and what catches it.
//
// Look for: the fugitive has a session of its own (setsid), and its parent has ended (double fork).
// Killing the child's group does not reach it. But its adopter is this process, and whom one has
// adopted one can find.
//
// Run: ch08_escape
#include <cstdio>
#include <string_view>

#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch07_signals/send.h"
#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/family.h"

using namespace proclab;

namespace {

[[noreturn]] void stay(NativeHandle ready) {
  (void)!::write(ready, "!", 1);
  for (;;) ::pause();
}

/// Leads a group with one who stays in it and one who flees.
[[noreturn]] void be_child(NativeHandle ready) {
  ::setpgid(0, 0);
  if (::fork() == 0) stay(ready);
  const pid_t middle = ::fork();
  if (middle == 0) {
    ::setsid();
    if (::fork() == 0) stay(ready);
    ::_exit(0);
  }
  while (::waitpid(middle, nullptr, 0) == -1) continue;  // its child is an orphan from here on
  stay(ready);
}

/// Who has just said that it is ready may run on for a moment, before it sleeps.
bool somebody_runs(const std::vector<reaping::Member>& all) {
  for (const reaping::Member& member : reaping::below(all, ::getpid())) {
    if (member.pid != ::getpid() && member.state == 'R') return true;
  }
  return false;
}

void look(const char* when) {
  Result<std::vector<reaping::Member>> all = reaping::processes();
  while (all && somebody_runs(*all)) all = reaping::processes();
  if (!all) return void(std::puts(all.error().message().c_str()));
  std::printf("%s\n%s\n", when, reaping::draw(*all, ::getpid()).c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    std::puts("usage: ch08_escape\nLets a grandchild flee, and catches it.");
    return std::string_view(argv[1]) == "--help" ? 0 : 2;
  }
  if (!reaping::adopt_orphans()) return 1;
  pipes::Pipe ready = *pipes::make_pipe();
  const pid_t child = ::fork();
  if (child == 0) be_child(ready.write.get());
  for (char byte = 0, left = 3; left > 0; --left) {
    (void)pipes::read_some(ready.read.get(), &byte, 1);
  }
  look("A child, a grandchild, and a fugitive:");
  (void)signals::send_group(child, signals::kKill);
  while (::waitpid(-child, nullptr, 0) > 0) {  // the child, and then the grandchild: it is ours now
  }
  const Result<std::size_t> killed = reaping::kill_descendants();
  if (!killed) return std::puts(killed.error().message().c_str()), 1;
  std::printf("kill() of the group reached two; kill_descendants() found %zu more.\n\n", *killed);
  look("Then:");
}
