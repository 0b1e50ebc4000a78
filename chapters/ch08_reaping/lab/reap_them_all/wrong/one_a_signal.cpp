// Caught: all_at_once merged
// After each SIGCHLD it looks until it has found one.
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

void reap(std::vector<pid_t>& workers) {
  bool found = false;
  std::erase_if(workers, [&found](pid_t worker) {
    int status = 0;
    if (found || ::waitpid(worker, &status, WNOHANG) != worker) return false;
    say("ended " + std::to_string(worker) + " signal " + std::to_string(WTERMSIG(status)));
    return found = true;
  });
}

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 3;
  sigset_t sigchld;
  ::sigemptyset(&sigchld);
  ::sigaddset(&sigchld, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &sigchld, nullptr);  // before the first child: nothing is missed

  library_start();
  std::vector<pid_t> workers;
  for (int n = 0; n < count; ++n) workers.push_back(start_worker());
  say("ready");
  while (!workers.empty()) {
    int signal = 0;
    ::sigwait(&sigchld, &signal);
    reap(workers);
  }
  say(library_end());
}
