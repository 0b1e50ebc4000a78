// Chapter 7 · timeout: run a command, but not for ever.
//
// `timeout MS GRACE COMMAND ARG...` starts COMMAND (found by PATH), and waits for it, MS milliseconds long at most.
//
//   - It ends in time: so do you, at once, with its exit code, or with 128 + N when signal N killed it. It cannot be
//     run: 127.
//   - It does not: send SIGTERM, so that it can tidy up. GRACE milliseconds later send SIGKILL to what still lives.
//     End with 124, whatever the command says then.
//   - The signals are for all that the command has started, too: give it a process group of its own. When you end by
//     124, nobody of that group lives.
//   - The command finds its signals as you found them: none blocked.
//
// The starter has no deadline yet.
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const pid_t child = ::fork();
  if (child == 0) {
    ::execvp(argv[3], argv + 3);
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) continue;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
