// Chapter 8 · zombie: a child that has ended and is still there, until somebody asks how.
//
// Look for: the Z. Nothing runs any more, no memory is left; what is left is an entry in the table,
// with the exit status and the number. kill() reaches it, to no effect. One wait() takes the
// status, and it is gone.
//
// Run: ch08_zombie
#include <cstdio>
#include <cstring>
#include <string_view>

#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch08_reaping/watch.h"
#include "platform/self.h"

using namespace proclab;

static void look(const char* when) {
  const Result<std::vector<reaping::Member>> all = reaping::processes();
  if (!all) return void(std::puts(all.error().message().c_str()));
  std::printf("%s\n%s", when, reaping::draw(*all, ::getpid()).c_str());
}

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--child") == 0) return 7;
  if (argc > 1) {
    std::puts("usage: ch08_zombie\nMakes a zombie, and reaps it.");
    return std::string_view(argv[1]) == "--help" ? 0 : 2;
  }
  if (!fill_std_slots()) return 125;
  const Result<std::string> self = self_path();
  if (!self) return 1;
  Result<spawn::Process> child = spawn::start({.file = *self, .args = {"--child"}});
  if (!child) return 1;
  const Result<Handle> watched = reaping::watch(*child);
  if (!watched || !reaping::wait_ended(watched->get())) return child->disown(), 1;

  look("It has ended, and nobody has waited:");
  std::printf("kill() of it: %s\n", child->kill() ? "no error, no effect" : "an error");
  const Result<spawn::ExitStatus> end = child->wait();
  std::printf("wait(): %s\n", end ? end->text().c_str() : end.error().message().c_str());
  look("After that:");
  return 0;
}
