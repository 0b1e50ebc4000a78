// Chapter 8 · kill_the_tree: end a command and all that it ever started.
//
// `kill_the_tree COMMAND ARG...` starts COMMAND, and waits for the line "stop" on its stdin. Then it ends COMMAND and
// every process that descends from it, prints "gone", and stays until the end of stdin; then it ends with 0.
//
//   - All of them: the children's children, too, and one that has made itself a session of its own (setsid) and whose
//     parent has ended (a "double fork"), so that neither a group nor a chain of parents leads to it.
//   - Also those that ignore SIGTERM.
//   - When "gone" is printed, none of them lives, and none is a zombie of yours.
//   - Nobody else is touched: no kill(-1), no search by name.
//
// The starter ends the command.
#include <cerrno>
#include <csignal>
#include <cstdio>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

// Starts the command, in a process group of its own, with nothing to read.
pid_t start(char** argv) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setpgid(0, 0);
    ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
    ::execvp(argv[0], argv);
    ::_exit(127);
  }
  ::setpgid(child, child);
  return child;
}

// The next byte of stdin is there, or its end.
bool next_byte(char& byte) {
  ssize_t n;
  while ((n = ::read(0, &byte, 1)) == -1 && errno == EINTR) continue;
  return n == 1;
}

// From here on it is yours.

void end_all(pid_t command) {
  ::kill(command, SIGKILL);
  while (::waitpid(command, nullptr, 0) == -1 && errno == EINTR) continue;
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const pid_t command = start(argv + 1);
  for (char byte = 0; next_byte(byte) && byte != '\n';) continue;
  end_all(command);
  std::puts("gone");
  std::fflush(stdout);
  for (char byte = 0; next_byte(byte);) continue;
}
