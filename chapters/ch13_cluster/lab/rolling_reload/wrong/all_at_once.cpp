// Caught: reloads too_few
// All old ones end, and then the new ones start.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

// Starts a worker and waits until it is ready. 0: it has failed, and is gone.
pid_t start(const char* command) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) == -1) return 0;
  const pid_t child = ::fork();
  if (child == 0) {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (::dup2(ends[1], 3) != ends[1] || ::fcntl(3, F_SETFD, 0) == 0) {
      ::execl("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr));
    }
    ::_exit(127);
  }
  ::close(ends[1]);
  char byte;
  ssize_t n;
  while ((n = ::read(ends[0], &byte, 1)) == -1 && errno == EINTR) continue;
  ::close(ends[0]);
  if (n == 1) return child;
  while (::waitpid(child, nullptr, 0) == -1 && errno == EINTR) continue;
  return 0;
}

void stop(pid_t worker) {
  ::kill(worker, SIGTERM);
  while (::waitpid(worker, nullptr, 0) == -1 && errno == EINTR) continue;
}

void stop_all(const std::vector<pid_t>& workers) {
  for (const pid_t worker : workers) stop(worker);
}

void say(const char* line) {
  std::printf("%s\n", line);
  std::fflush(stdout);
}

// False: a new worker has failed.
bool reload(std::vector<pid_t>& workers, const char* command) {
  stop_all(workers);
  for (pid_t& worker : workers) {
    const pid_t fresh = start(command);
    if (fresh == 0) return false;
    worker = fresh;
  }
  return true;
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGHUP);
  ::sigaddset(&signals, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);

  std::vector<pid_t> workers;
  for (int n = 0; n < std::atoi(argv[1]); ++n) {
    const pid_t worker = start(argv[2]);
    if (worker == 0) {
      stop_all(workers);
      return 1;
    }
    workers.push_back(worker);
  }
  say("ready");
  for (int signal = 0; ::sigwait(&signals, &signal) == 0 && signal != SIGTERM;) {
    say(reload(workers, argv[2]) ? "reloaded" : "reload failed");
  }
  stop_all(workers);
}
