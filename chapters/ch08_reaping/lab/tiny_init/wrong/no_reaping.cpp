// Caught: orphans orphan_zombie
// It adopts, and waits for its command alone.
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
  if (::waitpid(command, &status, WNOHANG) == command) {
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
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
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
