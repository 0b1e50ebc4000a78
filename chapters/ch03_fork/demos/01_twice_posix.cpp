// Chapter 3 · fork: a line that is printed once comes out twice.
//
// Look for: the first line. printf() put it into a buffer in memory, fork() copied the memory, and
// exit() in both processes wrote the buffer out. The two twins are right in two different ways. On
// a terminal the first run is right too: there the newline empties the buffer before fork().
//
// Run: ch03_twice
// Run: ch03_twice --flush
// Run: ch03_twice --underscore
// Run: ch03_twice --atexit
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <sys/wait.h>
#include <unistd.h>

namespace {

void reap(pid_t child) {
  while (::waitpid(child, nullptr, 0) == -1 && errno == EINTR) continue;
}

// UNSAFE: the child leaves by exit(), with a copy of a full buffer in hand.
void broken() {
  std::printf("printed once, before fork()\n");
  const pid_t child = ::fork();
  if (child == 0) std::exit(0);
  reap(child);
}

// Fixed, in the parent: the copy gets an empty buffer.
void flushed() {
  std::printf("printed once, before fork()\n");
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) std::exit(0);
  reap(child);
}

// Fixed, in the child: _exit() throws the copy of the buffer away.
void left_at_once() {
  std::printf("printed once, before fork()\n");
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  reap(child);
}

// The same mistake with a function in the buffer's place.
// UNSAFE: what is registered once runs in both, and here might have removed a file.
void handler_twice() {
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  std::atexit([] { std::printf("atexit handler runs in %d\n", static_cast<int>(::getpid())); });
  const pid_t child = ::fork();
  if (child == 0) std::exit(0);
  reap(child);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view how = argc > 1 ? argv[1] : "";
  if (how.empty()) {
    broken();
  } else if (how == "--flush") {
    flushed();
  } else if (how == "--underscore") {
    left_at_once();
  } else if (how == "--atexit") {
    handler_twice();
  } else {
    std::puts(
        "ch03_twice: a line that is printed once comes out twice, and how to prevent it.\n"
        "usage: ch03_twice [--flush | --underscore | --atexit]\n"
        "  (nothing)      broken: the child calls exit() with a copy of the buffer\n"
        "  --flush        fixed: the parent empties the buffer before it forks\n"
        "  --underscore   fixed: the child leaves by _exit()\n"
        "  --atexit       a handler that was registered once runs twice");
    return how == "--help" ? 0 : 2;
  }
}
