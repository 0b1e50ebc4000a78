// Chapter 12 · exec_with_limit: run a command, and do not let it fill the memory.
//
// The program is called as
//
//   exec_with_limit LIMIT COMMAND
//
// It runs `/bin/sh -c COMMAND` in a process group of its own and keeps what that writes to stdout
// and to stderr, at most LIMIT bytes of each. When both have ended it prints, on its own stdout,
// first one line:
//
//   exit CODE            the shell has ended by itself
//   killed SIGNAL        a signal has ended it; SIGNAL is a number
//   too much stdout      more than LIMIT bytes came there, or
//   too much stderr      there: then the whole group is killed at once
//
// and then the bytes of the command's stdout that it has kept; and on its own stderr those of its
// stderr. Its own exit code is 0, whatever the command did.
//
// What stands here reads one after the other, and all of it.
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
  Stream out{"stdout", -1, ""}, err{"stderr", -1, ""};
  const pid_t shell = start(argv[2], out, err);
  if (shell == -1) return 1;
  while (take(out)) continue;
  while (take(err)) continue;
  int status = 0;
  while (::waitpid(shell, &status, 0) == -1 && errno == EINTR) continue;
  if (WIFSIGNALED(status)) {
    std::printf("killed %d\n", WTERMSIG(status));
  } else {
    std::printf("exit %d\n", WEXITSTATUS(status));
  }
  print(out, stdout);
  print(err, stderr);
}
