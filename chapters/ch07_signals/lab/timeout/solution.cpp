// Chapter 7 · timeout: one way to do it.
//
// SIGCHLD is blocked, so it stays pending until sigtimedwait() takes it: a wait with a deadline that misses nothing. The
// command is looked at with WNOWAIT and reaped last: as long as it is a zombie, the number of its group is not given away.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>

#include <sys/wait.h>
#include <unistd.h>

timespec in(long ms) {
  timespec when;
  ::clock_gettime(CLOCK_MONOTONIC, &when);
  when.tv_sec += ms / 1000;
  when.tv_nsec += ms % 1000 * 1000000;
  if (when.tv_nsec >= 1000000000) ++when.tv_sec, when.tv_nsec -= 1000000000;
  return when;
}

// What is left until then; less than nothing is nothing.
timespec left(const timespec& until) {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const long long ns = (until.tv_sec - now.tv_sec) * 1000000000LL + (until.tv_nsec - now.tv_nsec);
  if (ns <= 0) return {0, 0};
  return {static_cast<time_t>(ns / 1000000000), static_cast<long>(ns % 1000000000)};
}

bool ended(pid_t child) {
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT);
  return info.si_pid == child;
}

// True: it has ended by then. It is not reaped.
bool ends_within(pid_t child, long ms, const sigset_t& sigchld) {
  const timespec until = in(ms);
  while (!ended(child)) {
    const timespec rest = left(until);
    if (rest.tv_sec == 0 && rest.tv_nsec == 0) return false;
    ::sigtimedwait(&sigchld, nullptr, &rest);
  }
  return true;
}

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  sigset_t sigchld, before;
  ::sigemptyset(&sigchld);
  ::sigaddset(&sigchld, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &sigchld, &before);

  const pid_t child = ::fork();
  if (child == 0) {
    ::setpgid(0, 0);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    ::execvp(argv[3], argv + 3);
    ::_exit(127);
  }
  ::setpgid(child, child);  // here, too: whoever comes first

  const bool late = !ends_within(child, std::atol(argv[1]), sigchld);
  if (late) {
    ::kill(-child, SIGTERM);
    ends_within(child, std::atol(argv[2]), sigchld);
    ::kill(-child, SIGKILL);  // what of the group has not listened
  }
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) continue;
  if (late) return 124;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
