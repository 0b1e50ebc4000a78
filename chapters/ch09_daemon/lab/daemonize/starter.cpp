// Chapter 9 · daemonize: leave the terminal, and tell the one who started you how it went.
//
// main() calls prepare(), which takes its time, and then work(), which never ends. Make a daemon of it: the process that
// was started ends, and another one goes on in the background.
//
//   - Before it calls prepare(), the daemon has a session of its own, and is not that session's leader (so no terminal
//     that it opens can become its own); its current directory is "/"; its descriptors 0, 1 and 2 are /dev/null.
//   - The process that was started waits until prepare() is done, and ends with 0 when it returned true.
//   - It returned false, or the daemon died in it: the process that was started ends with 1. It does not hang.
//
// GATE is a named pipe; prepare() waits for it. Its name is relative, and main() has made it absolute.
#include <csignal>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <unistd.h>

// The daemon's work. Nothing here needs a change.

// Waits for a word at the gate. True: it was "go".
bool prepare(const char* gate) {
  const int fd = ::open(gate, O_RDONLY | O_CLOEXEC);
  char word[8] = "";
  std::string said;
  for (ssize_t n; (n = ::read(fd, word, sizeof word)) > 0;)
    said.append(word, static_cast<std::size_t>(n));
  ::close(fd);
  if (said == "die") ::raise(SIGKILL);
  return said == "go";
}

[[noreturn]] void work() {
  for (;;) ::pause();
}

// From here on it is yours.

int main(int argc, char** argv) {
  const char* gate = argc > 1 ? ::realpath(argv[1], nullptr) : nullptr;
  if (gate == nullptr) return 2;
  if (!prepare(gate)) return 1;
  work();
}
