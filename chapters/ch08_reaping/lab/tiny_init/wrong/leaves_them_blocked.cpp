// Caught: passes_on blocked
// The command inherits the mask.
#include <cerrno>
#include <csignal>
#include <initializer_list>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// Waits for all who have ended. True: the command is among them.
bool reap(pid_t command, int& its_status) {
  bool over = false;
  int status = 0;
  for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid != command) continue;
    its_status = status;
    over = true;
  }
  return over;
}

int main(int, char** argv) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t ours, before;
  ::sigemptyset(&ours);
  for (const int signal : {SIGCHLD, SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2})
    ::sigaddset(&ours, signal);
  ::sigprocmask(SIG_BLOCK, &ours, &before);

  const pid_t command = ::fork();
  if (command == 0) {
    ::execvp(argv[1], argv + 1);
    ::_exit(127);
  }
  int status = 0;
  for (int signal = 0; !reap(command, status);) {
    ::sigwait(&ours, &signal);
    if (signal != SIGCHLD) ::kill(command, signal);  // not reaped yet, so the number is its own
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
