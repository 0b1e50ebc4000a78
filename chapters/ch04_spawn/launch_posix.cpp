// Chapter 4 · spawn: the classical way, fork() and a pipe that reports what went wrong.
//
// How can a parent know that execve() in another process has failed? A pipe, whose write end closes by
// itself on success (close-on-exec): reading its end means "started", reading 8 bytes means "not, and
// here is why". Read before: spawn_posix.cpp. Meets: fork, pipe2, read, waitpid.
#include "chapters/ch04_spawn/launch_posix.h"

#include <cerrno>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch04_spawn/pipe_posix.h"
#include "platform/handle.h"

namespace proclab::spawn {
namespace {

/// All signals blocked while it lives: none of the parent's handlers may run in the child.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

struct Pipe {
  Handle read, write;
};

/// A pipe whose write end stands above every slot: the child's dup2s will not hit it. Done here,
/// because a child that could not move it could not say so either.
Result<Pipe> make_report_pipe(int last_slot) {
  int fds[2];
  if (pipe_cloexec(fds) == -1) return last_error("pipe2");
  Pipe pipe{Handle(fds[0]), Handle(fds[1])};
  if (fds[1] > last_slot) return pipe;
  pipe.write = Handle(::fcntl(fds[1], F_DUPFD_CLOEXEC, last_slot + 1));
  if (!pipe.write) return last_error("fcntl");
  return pipe;
}

}  // namespace

//> read-report
// A pipe may hand over eight bytes in pieces, and one that broke hands over fewer. Neither is success.
Result<std::size_t> read_report(int fd, ChildFailure& failure) {
  std::size_t have = 0;
  while (have < sizeof failure) {
    const ssize_t got = ::read(fd, reinterpret_cast<char*>(&failure) + have, sizeof failure - have);
    if (got == 0) break;
    if (got == -1 && errno == EINTR) continue;
    if (got == -1) return last_error("read");
    have += static_cast<std::size_t>(got);
  }
  return have;
}
//< read-report

Error reap_failed(Pid pid, const ChildFailure& failure) {
  while (::waitpid(pid, nullptr, 0) == -1 && errno == EINTR) {
  }
  return {step_name(failure.step), std::error_code(failure.error, std::generic_category()), {}};
}

//> launch-fork
Result<Pid> launch_fork(ExecPlan& plan) {
  Result<Pipe> report = make_report_pipe(plan.last_slot);
  if (!report) return report.error();
  plan.table_is_shared = false;
  plan.report_fd = report->write.get();
  pid_t pid = 0;
  {
    const SignalsBlocked blocked;
    pid = ::fork();
    if (pid == 0) run_child(plan);
  }
  if (pid == -1) return last_error("fork");
  report->write.close();  // or the read below would wait for this very process

  ChildFailure failure{};
  const Result<std::size_t> size = read_report(report->read.get(), failure);
  if (size && *size == 0) return pid;
  if (size && *size == sizeof failure) return reap_failed(pid, failure);
  // The pipe broke, and the child's state is unknown. It must not live on unknown to the caller.
  ::kill(pid, SIGKILL);
  reap_failed(pid, failure);
  return size ? make_error("read", std::errc::protocol_error, "the report was cut short")
              : size.error();
}
//< launch-fork

const char* step_name(Step step) noexcept {
  static constexpr const char* kNames[] = {// in Step's order
                                           "close_range", "fcntl",     "dup2",        "close_range",
                                           "setsid",      "setpgid",   "chdir",       "umask",
                                           "setrlimit",   "setgroups", "setgid",      "setuid",
                                           "prctl",       "sigaction", "sigprocmask", "execve"};
  return kNames[static_cast<int>(step)];
}

}  // namespace proclab::spawn
