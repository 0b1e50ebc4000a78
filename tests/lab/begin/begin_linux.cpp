// tests/lab · begin: the last step inside the sandbox. It says that the sandbox stands, runs what is judged, and says how that
// ended. Read report.h first.
//
//   lab_begin FD COMMAND [ARGUMENT]…
//
// Without the first report bash, setpriv, prlimit or bwrap has failed, and no student. The second one comes while the sandbox
// still stands: bwrap ends its whole pid namespace at once, so whoever looked for survivors then would find them or not.
// A judge that has not looked yet keeps its end of FD open (a socket). FD may also be a pipe; then nobody waits.
//
// Raw calls: fork, setsid, execvp, waitpid, sigprocmask, prctl(PR_SET_DUMPABLE).
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lab/begin/report.h"

namespace {

using proclab::lab::Report;

bool tell(int fd, Report::What what, int value) {
  const Report report{what, value};
  return ::write(fd, &report, sizeof report) == sizeof report;
}

int failed(const char* what) {
  std::fprintf(stderr, "%s: %s\n", what, std::strerror(errno));
  return 125;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: lab_begin FD COMMAND [ARGUMENT]...\n", stderr);
    return 2;
  }
  const int fd = std::atoi(argv[1]);
  if (::fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) return failed("FD");
  const pid_t child = ::fork();
  if (child == -1) return failed("fork");
  if (child == 0) {
    ::setsid();  // as outside: whoever signals its own group does not meet us
    if (!tell(fd, Report::What::begun, ::getppid())) ::_exit(failed("FD"));
    ::execvp(argv[2], argv + 2);
    failed(argv[2]);
    ::_exit(127);
  }
  // A program of the same user may not trace us, nor take FD from us.
  ::prctl(PR_SET_DUMPABLE, 0);
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_BLOCK, &all, nullptr);
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) continue;
  tell(fd, Report::What::ended, status);
  char nothing;
  while (::read(fd, &nothing, 1) == -1 && errno == EINTR) continue;  // until it was looked
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
