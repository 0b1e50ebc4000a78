// Caught: small hang_read_other
// The command never sees the end of its input.
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

std::string read_all(int fd) {
  std::string all;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n > 0) all.append(buffer, static_cast<std::size_t>(n));
    if (n == 0 || (n == -1 && errno != EINTR)) return all;
  }
}

// Writes `input` to `to` and reads all that comes from `from`, whatever order the other side likes.
std::string exchange(int to, int from, std::string input) {
  ::fcntl(to, F_SETFL, O_NONBLOCK);
  std::string output;
  while (true) {
    if (input.empty()) to = -1;
    pollfd both[2] = {{from, POLLIN, 0}, {to, POLLOUT, 0}};
    if (::poll(both, 2, -1) == -1) continue;
    if (both[1].revents != 0) {
      const ssize_t n = ::write(to, input.data(), input.size());
      if (n > 0) input.erase(0, static_cast<std::size_t>(n));
      if (n == -1 && errno != EAGAIN && errno != EINTR) input.clear();  // it does not want the rest
    }
    if (both[0].revents != 0) {
      char buffer[65536];
      const ssize_t n = ::read(from, buffer, sizeof buffer);
      if (n == 0) return output;
      if (n > 0) output.append(buffer, static_cast<std::size_t>(n));
    }
  }
}

// From here on nothing needs a change.

int main(int, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) == -1 || ::pipe2(out, O_CLOEXEC) == -1) return 1;
  const std::string input = read_all(0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    ::signal(SIGPIPE, SIG_DFL);
    ::execvp(argv[1], argv + 1);
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  const std::string output = exchange(in[1], out[0], input);
  int status;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) continue;
  for (std::size_t done = 0; done < output.size();) {
    const ssize_t n = ::write(1, output.data() + done, output.size() - done);
    if (n > 0) done += static_cast<std::size_t>(n);
  }
}
