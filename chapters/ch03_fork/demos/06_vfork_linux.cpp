// Chapter 3 · fork: vfork and clone(CLONE_VM) do not copy memory, they lend it.
//
// Look for: after vfork the child's write is there in the parent. So is the order: the parent
// sleeps until the child has left, and the two never run at the same time.
//
// Run: ch03_vfork
#include <cerrno>
#include <cstdio>
#include <string_view>

#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch03_fork/ways_linux.h"

using namespace proclab;

namespace {

struct Desk {
  volatile int number = 1;
  const char* order[2] = {"", ""};
  int noted = 0;
};

void note(Desk& desk, const char* who) { desk.order[desk.noted++] = who; }

// UNSAFE: POSIX allows a child of vfork nothing but _exit and exec. Linux says what happens when it
// writes, and that is what is shown here. A program that spawns uses it to report an error at most.
int child_side(void* data) {
  Desk& desk = *static_cast<Desk*>(data);
  desk.number = 2;
  note(desk, "child ");
  return 0;
}

void show(fork::Way way, const char* name) {
  Desk desk;
  const Result<Pid> child = fork::start_by(way, child_side, &desk);
  note(desk, "parent");
  if (!child) return static_cast<void>(std::printf("%s\n", child.error().message().c_str()));
  while (::waitpid(*child, nullptr, 0) == -1 && errno == EINTR) continue;
  std::printf("%-30s %-22d %s%s\n", name, desk.number, desk.order[0], desk.order[1]);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    std::puts("ch03_vfork: whose memory is it that the child writes to?\nusage: ch03_vfork");
    return std::string_view(argv[1]) == "--help" ? 0 : 2;
  }
#ifdef __SANITIZE_THREAD__
  std::puts("ThreadSanitizer turns vfork into fork");
  return 77;
#endif
  std::puts(
      "the child sets 1 to 2          the parent then reads  who wrote, in the parent's memory");
  show(fork::Way::fork, "fork");
  show(fork::Way::vfork, "vfork");
  show(fork::Way::clone_vm, "clone(CLONE_VM|CLONE_VFORK)");
}
