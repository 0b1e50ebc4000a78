// Caught: any_order hang_read_other
// Each closes its own two ends, and inherits those of the workers before it.
#include <cerrno>
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

struct Worker {
  pid_t pid = -1;
  int input = -1;  // the write end of its stdin
};

Worker start() {
  int ends[2];
  if (::pipe(ends) == -1) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[0], 0);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execlp("cat", "cat", nullptr);
    ::_exit(127);
  }
  ::close(ends[0]);
  return {child, ends[1]};
}

// From here on nothing needs a change.

int main() {
  Worker workers[3];
  for (Worker& worker : workers) worker = start();
  std::puts("ready");
  std::fflush(stdout);
  for (int c; (c = std::getchar()) != EOF;) {
    if (c < '0' || c > '2') continue;
    Worker& worker = workers[c - '0'];
    ::close(worker.input);  // the end of its input: it ends, if nobody else can write there
    while (::waitpid(worker.pid, nullptr, 0) == -1 && errno == EINTR) continue;
    std::printf("ended %c\n", c);
    std::fflush(stdout);
  }
}
