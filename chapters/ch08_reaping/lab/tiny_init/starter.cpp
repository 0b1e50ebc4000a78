// Chapter 8 · tiny_init: what process 1 owes to the others, in fifty lines.
//
// `tiny_init COMMAND ARG...` starts COMMAND (found by PATH), and does for it what a container's first process does:
//
//   - Whoever becomes an orphan below it becomes its child (prctl(PR_SET_CHILD_SUBREAPER)), and is waited for as soon
//     as it ends. No zombies.
//   - SIGHUP, SIGINT, SIGTERM, SIGUSR1 and SIGUSR2, sent to it, are passed on to COMMAND.
//   - When COMMAND ends, it ends, too, at once: with its exit code, or 128 + N when signal N killed it. Whoever else
//     lives then is not waited for. It could not be run: 127.
//   - COMMAND starts with the signals as tiny_init found them: none blocked.
//
// The starter starts it and waits for it.
#include <cerrno>
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

int main(int, char** argv) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::execvp(argv[1], argv + 1);
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) continue;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
