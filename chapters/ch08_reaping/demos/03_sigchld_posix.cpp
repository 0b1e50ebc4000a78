// Chapter 8 · sigchld: many exits behind one SIGCHLD.
//
// Look for: eight children end while the parent is busy. SIGCHLD is a bit, not a counter: it comes
// once. Who waits once for each signal leaves seven zombies, for ever, since no further signal will
// come for them.
//
// Run: ch08_sigchld
// Run: ch08_sigchld --loop
#include <array>
#include <cstdio>
#include <string_view>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int kChildren = 8;

// UNSAFE: one signal, one wait.
int reap_one() { return ::waitpid(-1, nullptr, WNOHANG) > 0 ? 1 : 0; }

// Fixed: until there is none left that has ended. (And only in a program whose children are all its
// own: a library that does this takes the statuses of others.)
int reap_all() {
  int reaped = 0;
  while (::waitpid(-1, nullptr, WNOHANG) > 0) ++reaped;
  return reaped;
}

void let_them_end() {
  std::array<pid_t, kChildren> children{};
  for (pid_t& child : children) {
    child = ::fork();
    if (child == 0) ::_exit(0);
  }
  for (const pid_t child : children) {  // each has ended, none is reaped
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view how = argc > 1 ? argv[1] : "";
  if (!how.empty() && how != "--loop") {
    std::puts(
        "usage: ch08_sigchld [--loop]\n"
        "  (nothing)  broken: one waitpid() for one SIGCHLD\n"
        "  --loop     fixed: waitpid() until nobody is left who has ended");
    return how == "--help" ? 0 : 2;
  }
  sigset_t chld;
  sigemptyset(&chld);
  sigaddset(&chld, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &chld, nullptr);  // busy: the signal has to wait
  let_them_end();

  int signals = 0, reaped = 0, signal = 0;
  sigset_t pending;
  while (::sigpending(&pending) == 0 && sigismember(&pending, SIGCHLD) == 1) {
    if (::sigwait(&chld, &signal) != 0) break;
    ++signals;
    reaped += how == "--loop" ? reap_all() : reap_one();
  }
  std::printf("%d ended, %d SIGCHLD came, %d reaped, %d zombies left\n", kChildren, signals, reaped,
              kChildren - reaped);
  reap_all();  // the demo itself leaves none
}
