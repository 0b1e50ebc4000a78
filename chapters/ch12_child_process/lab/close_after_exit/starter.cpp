// Chapter 12 · close_after_exit: a child has two ends.
//
// The program is called as
//
//   close_after_exit COMMAND
//
// It runs `/bin/sh -c COMMAND` with its stdout in a pipe, and prints, flushed at once:
//
//   exit CODE      as soon as the shell has ended, whoever else still writes to the pipe
//   close BYTES    when the shell has ended and the pipe is at its end: how many bytes came through
//                  it in all
//
// Then it exits with code 0. What the shell has started may hold the pipe long after the shell's
// end; and the shell may close its stdout long before. Whatever it waits for, it sleeps meanwhile.
// This is Node's 'exit' and 'close'. Descriptors that it has itself been given are inherited by the
// command, as usual.
//
// What stands here waits for the end of the pipe first, and then asks how the shell ended.
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Starts the shell; `output` is where its stdout comes out.
pid_t start(const char* command, int& output) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) == -1) return -1;
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], 1);
    ::execl("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::close(ends[1]);
  output = ends[0];
  return child;
}

void print_exit(pid_t shell) {
  int status = 0;
  while (::waitpid(shell, &status, 0) == -1 && errno == EINTR) continue;
  std::printf("exit %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  std::fflush(stdout);
}

int main(int argc, char** argv) {
  int output = -1;
  const pid_t shell = argc > 1 ? start(argv[1], output) : -1;
  if (shell == -1) return 1;
  long bytes = 0;
  char buffer[65536];
  for (ssize_t n; (n = ::read(output, buffer, sizeof buffer)) != 0;) {
    if (n > 0) bytes += n;
  }
  print_exit(shell);
  std::printf("close %ld\n", bytes);
}
