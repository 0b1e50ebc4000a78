// Caught: nonblocking spin
// EAGAIN is tried again at once: right bytes, and a processor at full load while the reader rests.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>

#include <poll.h>
#include <unistd.h>

// Writes all `size` bytes. True: all of them are with the kernel. False: it cannot be done.
bool write_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(fd, bytes, size);
    if (n >= 0) {
      bytes += n;
      size -= static_cast<std::size_t>(n);
    } else if (errno != EINTR && errno != EAGAIN) {
      return false;
    }
  }
  return true;
}

std::string read_all(int fd) {
  std::string all;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n > 0) all.append(buffer, static_cast<std::size_t>(n));
    if (n == 0 || (n == -1 && errno != EINTR)) return all;
  }
}

int main() {
  // A handler that does nothing, and no SA_RESTART: so a signal interrupts a write.
  struct sigaction action {};
  action.sa_handler = [](int) {};
  ::sigaction(SIGUSR1, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // a reader that is gone is an error of write(), and no death

  const std::string all = read_all(0);
  if (!write_all(1, all.data(), all.size())) {
    std::perror("write_all");
    return 1;
  }
}
