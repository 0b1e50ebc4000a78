// Chapter 4 · why_not_started: run a program, and tell what became of it.
//
// `why_not_started PATH ARG...` runs PATH with fork() and execv(), and prints one line, what happened:
//
//   exit N                     it ran, and ended with exit code N
//   signal N                   it ran, and signal N killed it
//   not started: REASON        it never ran: REASON is strerror() of what execv() said
//
// A shell cannot tell the first from the third: it says 127 for both. You can. The program that is started gets
// stdin, stdout and stderr, and no descriptor of yours.
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
