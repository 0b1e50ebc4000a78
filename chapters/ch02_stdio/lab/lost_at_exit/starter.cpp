// Chapter 2 · lost_at_exit: the program ends, and takes a part of its output along.
//
// `lost_at_exit BYTES CODE` writes BYTES bytes and ends with exit code CODE. Its writer never waits: what
// has no room is kept for later. But there is no later: it is what process.exit() does in Node.
//
//   - All bytes arrive, whenever the reader comes, and the exit code is CODE.
//   - It waits for room asleep, not turning. The writer stays as it is: write() does not wait.
//   - If the reader goes away, it ends with exit code 1.
//   - stdout is left as it was found: O_NONBLOCK is not this program's alone.
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
  explicit Writer(int fd) : fd_(fd) { ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL) | O_NONBLOCK); }
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

 private:
  int fd_;
  std::string pending_;
};

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  ::signal(SIGPIPE, SIG_IGN);
  Writer out(1);
  out.write(std::string(std::strtoul(argv[1], nullptr, 10), 'x'));
  return std::atoi(argv[2]);
}
