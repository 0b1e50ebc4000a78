// Caught: no_permission wrong_reason
// Every failure is called a missing file.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  int report[2];
  if (::pipe2(report, O_CLOEXEC) == -1) return 1;
  const pid_t child = ::fork();
  if (child == 0) {
    ::execv(argv[1], argv + 1);
    const int why = errno;
    (void)!::write(report[1], &why, sizeof why);
    ::_exit(127);
  }
  ::close(report[1]);
  int why = 0;
  ssize_t got;
  while ((got = ::read(report[0], &why, sizeof why)) == -1 && errno == EINTR) continue;

  int status;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) continue;
  if (got == sizeof why) {
    std::printf("not started: %s\n", std::strerror(ENOENT));
  } else if (WIFEXITED(status)) {
    std::printf("exit %d\n", WEXITSTATUS(status));
  } else if (WIFSIGNALED(status)) {
    std::printf("signal %d\n", WTERMSIG(status));
  }
}
