// Caught: backs_off no_wait
// It starts the worker again at once.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <sys/wait.h>
#include <unistd.h>

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

pid_t start(const char* command) {
  const pid_t child = ::fork();
  if (child == 0) {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execl("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr));
    ::_exit(127);
  }
  return child;
}

// The next of SIGCHLD and SIGTERM; 0 when `until` comes first.
int next_signal(const sigset_t& signals, Clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now()).count();
    if (left <= 0) return 0;
    const timespec span{left / 1000, left % 1000 * 1'000'000};
    const int signal = ::sigtimedwait(&signals, nullptr, &span);
    if (signal != -1) return signal;
  }
}

// Waits for the worker's end. False: a stop came first, and the worker is gone.
bool watch(pid_t worker, const sigset_t& signals, int& status) {
  while (::waitpid(worker, &status, WNOHANG) == 0) {
    int signal = 0;
    ::sigwait(&signals, &signal);
    if (signal != SIGTERM) continue;
    ::kill(worker, SIGTERM);
    while (::waitpid(worker, &status, 0) == -1 && errno == EINTR) continue;
    return false;
  }
  return true;
}

// False: a stop came.
bool rest(milliseconds span, const sigset_t& signals) {
  const Clock::time_point until = Clock::now() + span;
  for (int signal; (signal = next_signal(signals, until)) != 0;) {
    if (signal == SIGTERM) return false;
  }
  return true;
}

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const milliseconds base(std::atoi(argv[1])), quick(std::atoi(argv[3]));
  const int limit = std::atoi(argv[2]);
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGCHLD);
  ::sigaddset(&signals, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);

  milliseconds pause = base;
  for (int crashes = 0;;) {
    const Clock::time_point born = Clock::now();
    int status = 0;
    if (!watch(start(argv[4]), signals, status)) return 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    if (Clock::now() - born < quick) {
      pause = ++crashes == 1 ? base : 2 * pause;
    } else {
      crashes = 0;
      pause = base;
    }
    if (crashes == limit) {
      std::printf("give up\n");
      return 1;
    }
  }
}
