// Caught: missing_file exit_127
// The child says it by 127, and the parent believes a number.
#include <cerrno>
#include <cstdio>

#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const pid_t child = ::fork();
  if (child == 0) {
    ::execv(argv[1], argv + 1);
    ::_exit(127);
  }
  int status;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) continue;
  if (WIFEXITED(status)) {
    std::printf("exit %d\n", WEXITSTATUS(status));
  } else if (WIFSIGNALED(status)) {
    std::printf("signal %d\n", WTERMSIG(status));
  }
}
