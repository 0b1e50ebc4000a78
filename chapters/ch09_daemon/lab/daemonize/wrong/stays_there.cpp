// Caught: directory holds_directory
// It stays in the directory in which it was started.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

// The daemon's work. Nothing here needs a change.

// Waits for a word at the gate. True: it was "go".
bool prepare(const char* gate) {
  const int fd = ::open(gate, O_RDONLY | O_CLOEXEC);
  char word[8] = "";
  std::string said;
  for (ssize_t n; (n = ::read(fd, word, sizeof word)) > 0;)
    said.append(word, static_cast<std::size_t>(n));
  ::close(fd);
  if (said == "die") ::raise(SIGKILL);
  return said == "go";
}

[[noreturn]] void work() {
  for (;;) ::pause();
}

// In the process that was started: the byte, or the end. Its own write end is closed, or the end never comes.
int wait_until_ready(int ends[2]) {
  ::close(ends[1]);
  char byte = 0;
  ssize_t n;
  while ((n = ::read(ends[0], &byte, 1)) == -1 && errno == EINTR) continue;
  return n == 1 ? 0 : 1;
}

void let_go() {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null == -1) ::_exit(1);
  for (int fd = 0; fd <= 2; ++fd) ::dup2(null, fd);
  if (null > 2) ::close(null);
}

int main(int argc, char** argv) {
  const char* gate = argc > 1 ? ::realpath(argv[1], nullptr) : nullptr;
  int ends[2];
  if (gate == nullptr || ::pipe2(ends, O_CLOEXEC) == -1) return 2;

  const pid_t leader = ::fork();
  if (leader == -1) return 1;
  if (leader != 0) {
    const int code = wait_until_ready(ends);
    while (::waitpid(leader, nullptr, 0) == -1 && errno == EINTR) continue;
    return code;
  }
  ::setsid();
  if (::fork() != 0) ::_exit(0);

  ::close(ends[0]);
  let_go();
  if (!prepare(gate)) ::_exit(1);
  if (::write(ends[1], "r", 1) != 1) ::_exit(1);
  ::close(ends[1]);
  work();
}
