// tests/ch04 · in_a_fork.
#include "tests/ch04_spawn/in_a_fork_posix.h"

#include <gtest/gtest.h>

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/ch04_spawn/capture.h"

namespace proclab::spawn {

std::string in_a_fork(const std::function<std::string()>& body) {
  PipeEnds low = make_pipe();
  Handle read_end(::fcntl(low.read.get(), F_DUPFD_CLOEXEC, 200));
  Handle write_end(::fcntl(low.write.get(), F_DUPFD_CLOEXEC, 200));
  low = {};
  const pid_t pid = ::fork();
  if (pid == 0) {
    std::string text = body();
    if (::waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD)
      text += "a child was left behind\n";
    (void)!::write(write_end.get(), text.data(), text.size());
    ::_exit(0);
  }
  write_end.close();
  std::string text = drain(read_end);
  int status = 0;
  while (::waitpid(pid, &status, 0) == -1 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) text += "the fork died of signal " + std::to_string(WTERMSIG(status));
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0) text += "the fork exited early";
  return text;
}

std::string identity(int slot, int fd) {
  struct stat info {};
  if (::fstat(fd, &info) == -1) return "closed";
  return std::to_string(slot) + ":" + std::to_string(info.st_dev) + ":" +
         std::to_string(info.st_ino);
}

}  // namespace proclab::spawn
