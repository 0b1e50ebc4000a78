// Caught: stdout_first before_exit
// The end of the pipe is told as close, though the shell lives.
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
  int end = static_cast<int>(::syscall(SYS_pidfd_open, shell, 0));
  if (end == -1) return 1;
  long bytes = 0;
  while (end != -1 || output != -1) {
    pollfd polls[2] = {{end, POLLIN, 0}, {output, POLLIN, 0}};  // poll() passes over -1
    if (::poll(polls, 2, -1) == -1) continue;
    if (polls[0].revents != 0) {
      print_exit(shell);
      ::close(end);
      end = -1;
    }
    if (polls[1].revents != 0) {
      char buffer[65536];
      const ssize_t n = ::read(output, buffer, sizeof buffer);
      if (n > 0) bytes += n;
      if (n == 0) {
        ::close(output);
        output = -1;
        std::printf("close %ld\n", bytes);
        std::fflush(stdout);
      }
    }
  }
}
