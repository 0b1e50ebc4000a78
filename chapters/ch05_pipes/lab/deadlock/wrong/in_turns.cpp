// Caught: large hang_write_other
// A part is written, then a part is read: but the command keeps no time.
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
  std::string output;
  char buffer[4096];
  for (std::size_t done = 0; done < input.size();) {
    const ssize_t n =
        ::write(to, input.data() + done, std::min<std::size_t>(input.size() - done, 65536));
    if (n == -1) break;
    done += static_cast<std::size_t>(n);
    pollfd some{from, POLLIN, 0};
    if (::poll(&some, 1, 0) != 1) continue;
    const ssize_t got = ::read(from, buffer, sizeof buffer);
    if (got > 0) output.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(to);
  return output + read_all(from);
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
