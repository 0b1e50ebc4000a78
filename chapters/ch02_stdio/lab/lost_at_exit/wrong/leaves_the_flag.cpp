// Caught: flag_restored flag_left
// stdout stays non-blocking, for everybody who shares it.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

// A writer that never waits: what has no room now is kept for later, as Node does with a pipe.
class Writer {
 public:
  explicit Writer(int fd) : fd_(fd), flags_(::fcntl(fd, F_GETFL)) {
    ::fcntl(fd_, F_SETFL, flags_ | O_NONBLOCK);
  }
  void write(const std::string& bytes) {
    pending_ += bytes;
    flush();
  }
  // Writes what has room. False: an error that stays.
  bool flush() {
    while (!pending_.empty()) {
      const ssize_t n = ::write(fd_, pending_.data(), pending_.size());
      if (n == -1 && errno == EINTR) continue;
      if (n == -1) return errno == EAGAIN;
      pending_.erase(0, static_cast<std::size_t>(n));
    }
    return true;
  }
  // Waits until all is written. False: it cannot be.
  bool drain() {
    while (flush()) {
      if (pending_.empty()) return true;
      pollfd room{fd_, POLLOUT, 0};
      ::poll(&room, 1, -1);
    }
    return false;
  }
  void restore() { ::fcntl(fd_, F_SETFL, flags_); }

 private:
  int fd_;
  int flags_;
  std::string pending_;
};

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  ::signal(SIGPIPE, SIG_IGN);
  Writer out(1);
  out.write(std::string(std::strtoul(argv[1], nullptr, 10), 'x'));
  int code = std::atoi(argv[2]);
  if (!out.drain()) code = 1;
  return code;
}
