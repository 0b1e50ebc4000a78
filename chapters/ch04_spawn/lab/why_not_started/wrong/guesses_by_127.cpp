// Caught: says_127_itself taken_for_failure
// 127 is taken for a program that never ran.
#include <cerrno>
#include <cstdio>
#include <cstring>

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
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
    std::printf("not started: %s\n", std::strerror(ENOENT));
  } else if (WIFEXITED(status)) {
    std::printf("exit %d\n", WEXITSTATUS(status));
  } else if (WIFSIGNALED(status)) {
    std::printf("signal %d\n", WTERMSIG(status));
  }
}
