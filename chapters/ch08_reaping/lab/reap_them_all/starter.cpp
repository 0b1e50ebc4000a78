// Chapter 8 · reap_them_all: one SIGCHLD, five dead children.
//
// `reap_them_all N` starts N workers (a worker only waits for a signal), prints "ready", and prints for each worker
// that ends one line: "ended PID signal K". When all N have ended, it asks the library for its helper, and ends with 0.
//
//   - Children that end together may be told by a single SIGCHLD: standard signals are not queued.
//   - No worker stays a zombie. And nobody turns on the spot meanwhile: without news the program sleeps.
//   - The library below has a child of its own, and waits for that itself, at the end. Its status is not yours to take,
//     whenever that child ends.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

// A library that somebody else wrote: it has one child. Nothing here needs a change.
pid_t helper;

void library_start() {
  helper = ::fork();
  if (helper == 0) {
    for (;;) ::pause();
  }
}

std::string library_end() {
  int status = 0;
  ::kill(helper, SIGKILL);
  pid_t got;
  while ((got = ::waitpid(helper, &status, 0)) == -1 && errno == EINTR) continue;
  if (got == -1) return "helper lost";
  return "helper signal " + std::to_string(WTERMSIG(status));
}

pid_t start_worker() {
  const pid_t child = ::fork();
  if (child == 0) {
    for (;;) ::pause();
  }
  return child;
}

void say(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

// From here on it is yours.

volatile sig_atomic_t left;

void on_child(int) {
  int status = 0;
  const pid_t pid = ::waitpid(-1, &status, 0);
  say("ended " + std::to_string(pid) + " signal " + std::to_string(WTERMSIG(status)));
  left = left - 1;
}

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 3;
  left = count;
  struct sigaction action {};
  action.sa_handler = on_child;
  ::sigaction(SIGCHLD, &action, nullptr);
  library_start();
  for (int n = 0; n < count; ++n) start_worker();
  say("ready");
  while (left > 0) ::pause();
  say(library_end());
}
