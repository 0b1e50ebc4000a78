// Chapter 9 · pidfile: one at a time, and nobody believes a dead one.
//
// `pidfile FILE` waits for the first line of stdin. Then it tries to become the one who runs:
//
//   - It is: it writes its number and a newline into FILE, and nothing else stands there then. It prints "mine", stays
//     until the end of stdin, and ends with 0.
//   - Somebody else is: it prints "taken by PID", the number that stands in FILE, changes nothing, and ends with 1.
//
// FILE may be there although nobody runs: the last one was killed. Its number may belong to somebody else by now, or be
// longer than yours. Two may try at the same moment; then exactly one of them is the one. What holds is a lock on FILE,
// which the kernel takes away from whoever dies. The starter believes the number.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <unistd.h>

// Reads stdin to the next newline. False: there is none, and it has ended.
bool next_line() {
  char byte = 0;
  for (;;) {
    const ssize_t n = ::read(0, &byte, 1);
    if (n == 1 && byte == '\n') return true;
    if (n == 0 || (n == -1 && errno != EINTR)) return false;
  }
}

void say(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

// The number that stands in the file: 0, if none does.
long number_in(int fd) {
  char text[32] = "";
  return ::pread(fd, text, sizeof text - 1, 0) > 0 ? std::atol(text) : 0;
}

void write_number(int fd) {
  const std::string text = std::to_string(::getpid()) + "\n";
  if (::pwrite(fd, text.data(), text.size(), 0) == -1) ::_exit(3);
}

// From here on it is yours.

int main(int argc, char** argv) {
  if (argc < 2 || !next_line()) return 2;
  const int fd = ::open(argv[1], O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  const long other = number_in(fd);
  if (other != 0 && (::kill(static_cast<pid_t>(other), 0) == 0 || errno == EPERM)) {
    say("taken by " + std::to_string(other));
    return 1;
  }
  write_number(fd);
  say("mine");
  while (next_line()) continue;
}
