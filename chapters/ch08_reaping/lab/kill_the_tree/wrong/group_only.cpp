// Caught: fled fled
// The whole group; but one has left it.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <sys/prctl.h>
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

pid_t command;

void end_all() {
  ::kill(-command, SIGKILL);
  while (::waitpid(-1, nullptr, 0) != -1 || errno == EINTR) continue;
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  command = start(argv + 1);
  for (char byte = 0; next_byte(byte) && byte != '\n';) continue;
  end_all();
  std::puts("gone");
  std::fflush(stdout);
  for (char byte = 0; next_byte(byte);) continue;
}
