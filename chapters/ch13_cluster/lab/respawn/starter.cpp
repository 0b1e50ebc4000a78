// Chapter 13 · respawn: start it again, but not for ever, and not at once.
//
// The program is called as
//
//   respawn BASE LIMIT QUICK COMMAND
//
// It runs `/bin/sh -c COMMAND`, the worker, in its own current directory. When the worker exits
// with code 0, it exits with 0, too. When the worker ends in any other way, by a code or by a
// signal, it is started again:
//
//   - A life of less than QUICK ms is a crash. After the first crash in a row it waits BASE ms
//     before it starts the worker again, after each further one twice as long as the time before.
//   - The LIMIT-th crash in a row is the last: it prints "give up" and exits with code 1, without
//     waiting.
//   - A longer life ends the row: no crash counts any more, and it waits BASE ms.
//
// SIGTERM ends it at any time, with exit code 0: a worker that runs gets SIGTERM and is waited for;
// a wait is over at once. The worker itself starts with no signal blocked or ignored.
//
// What stands here starts it again at once, and for ever.
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

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  for (;;) {
    const pid_t worker = start(argv[4]);
    int status = 0;
    while (::waitpid(worker, &status, 0) == -1 && errno == EINTR) continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
  }
}
