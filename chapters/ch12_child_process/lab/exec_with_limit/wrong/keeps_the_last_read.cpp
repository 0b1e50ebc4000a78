// Caught: limit kept
// It stops in time, but keeps what the last read() gave, too.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

struct Stream {
  const char* name;
  int fd = -1;
  std::string kept;
};

// Starts the shell, as the leader of its own group, with its stdout and stderr in two pipes.
pid_t start(const char* command, Stream& out, Stream& err) {
  int outs[2], errs[2];
  if (::pipe2(outs, O_CLOEXEC) == -1 || ::pipe2(errs, O_CLOEXEC) == -1) return -1;
  const pid_t child = ::fork();
  if (child == 0) {
    ::setpgid(0, 0);
    ::dup2(outs[1], 1);
    ::dup2(errs[1], 2);
    ::execl("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::setpgid(child, child);  // whichever of the two comes first
  ::close(outs[1]);
  ::close(errs[1]);
  out.fd = outs[0], err.fd = errs[0];
  return child;
}

// One read(). False: the stream is at its end.
bool take(Stream& stream) {
  char buffer[65536];
  const ssize_t n = ::read(stream.fd, buffer, sizeof buffer);
  if (n > 0) stream.kept.append(buffer, static_cast<std::size_t>(n));
  return n > 0 || (n == -1 && errno == EINTR);
}

void print(const Stream& stream, std::FILE* where) {
  std::fwrite(stream.kept.data(), 1, stream.kept.size(), where);
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::size_t limit = std::strtoul(argv[1], nullptr, 10);
  Stream streams[2] = {{"stdout", -1, ""}, {"stderr", -1, ""}};
  const pid_t shell = start(argv[2], streams[0], streams[1]);
  if (shell == -1) return 1;
  const char* over = nullptr;
  while (over == nullptr && (streams[0].fd != -1 || streams[1].fd != -1)) {
    pollfd polls[2] = {{streams[0].fd, POLLIN, 0}, {streams[1].fd, POLLIN, 0}};
    if (::poll(polls, 2, -1) == -1) continue;
    for (int n = 0; n < 2; ++n) {
      if (polls[n].revents == 0) continue;
      if (!take(streams[n])) {
        ::close(streams[n].fd);
        streams[n].fd = -1;
      }
      if (streams[n].kept.size() > limit) {
        over = streams[n].name;
      }
    }
  }
  if (over != nullptr) ::kill(-shell, SIGKILL);
  int status = 0;
  while (::waitpid(shell, &status, 0) == -1 && errno == EINTR) continue;
  if (over != nullptr) {
    std::printf("too much %s\n", over);
  } else if (WIFSIGNALED(status)) {
    std::printf("killed %d\n", WTERMSIG(status));
  } else {
    std::printf("exit %d\n", WEXITSTATUS(status));
  }
  print(streams[0], stdout);
  print(streams[1], stderr);
}
