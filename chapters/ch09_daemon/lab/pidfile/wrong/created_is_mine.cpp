// Caught: stale believed
// Who creates the file is the one: for ever, if that one is killed.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <sys/file.h>
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

int main(int argc, char** argv) {
  if (argc < 2 || !next_line()) return 2;
  const int fd = ::open(argv[1], O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd == -1) {
    say("taken by " + std::to_string(number_in(::open(argv[1], O_RDONLY | O_CLOEXEC))));
    return 1;
  }
  if (::ftruncate(fd, 0) == -1) return 3;
  write_number(fd);
  say("mine");
  while (next_line()) continue;
}
