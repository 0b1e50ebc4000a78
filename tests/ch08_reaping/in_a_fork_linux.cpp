// tests/ch08 · in_a_fork.
#include "tests/ch08_reaping/in_a_fork_linux.h"

#include <cerrno>
#include <cstring>

#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"
#include "tests/support/deadline.h"

namespace proclab::reaping {
namespace {

std::string run(int pid, const std::function<std::string()>& body, pipes::Pipe& answer) {
  if (pid == 0) {
    const std::string text = body();
    (void)!::write(answer.write.get(), text.data(), text.size());
    ::_exit(0);
  }
  answer.write.close();
  const test::Waiting waiting("a fork of this test", Milliseconds(100'000));
  std::string text = *pipes::read_all(answer.read.get());
  int status = 0;
  while (::waitpid(pid, &status, 0) == -1 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) text += "the fork died of signal " + std::to_string(WTERMSIG(status));
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0) text += "the fork exited early";
  return text;
}

}  // namespace

std::string in_a_fork(const std::function<std::string()>& body) {
  pipes::Pipe answer = *pipes::make_pipe();
  return run(::fork(), body, answer);
}

int fork_into_namespace() {
  return static_cast<int>(::syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0));
}

std::string in_a_pid_namespace(const std::function<std::string()>& body) {
  // clone() by hand does not tell the C library, so it is a fork of a fork that runs the body: as
  // pid 1 of what unshare() made, by the ordinary fork().
  return in_a_fork([&]() -> std::string {
    if (::unshare(CLONE_NEWPID) == -1) return std::string("skip: unshare: ") + std::strerror(errno);
    pipes::Pipe answer = *pipes::make_pipe();
    const int pid = ::fork();
    if (pid == 0) {
      const std::string text = body();
      (void)!::write(answer.write.get(), text.data(), text.size());
      ::_exit(0);
    }
    answer.write.close();
    std::string text = *pipes::read_all(answer.read.get());
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status == 0 ? text : text + "pid 1 ended with status " + std::to_string(status);
  });
}

std::string no_namespaces() {
  const int pid = fork_into_namespace();
  if (pid == 0) ::_exit(0);
  if (pid == -1) return std::string("no pid namespace for us: ") + std::strerror(errno);
  ::waitpid(pid, nullptr, 0);
  return {};
}

}  // namespace proclab::reaping
