// tests/support · run on POSIX: fork, execve, and one poll loop for three pipes and the exit.
//
// Read run.h first. Raw calls: fork, setpgid, dup2, execve, poll, waitpid, kill, sigmask.
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/run.h"
#include "tests/support/run_system.h"

extern char** environ;

namespace proclab::test {
namespace {

/// What the child needs, all of it made before fork: after it, nothing may be allocated.
struct Plan {
  std::vector<char*> argv;
  std::vector<std::string> env_texts;
  std::vector<char*> env;
  const char* cwd;
  int slots[3];
  std::vector<NativeHandle> inherit;
};

/// What a child that never became the program writes into the report pipe.
struct Failure {
  char step[16];
  int error;
};

Plan make_plan(const std::vector<std::string>& argv, const RunOptions& options) {
  Plan plan{{}, {}, {}, options.cwd.empty() ? nullptr : options.cwd.c_str(), {}, options.inherit};
  for (const std::string& arg : argv) plan.argv.push_back(const_cast<char*>(arg.c_str()));
  plan.argv.push_back(nullptr);
  const auto replaced = [&](const std::string& entry) {
    for (const auto& [name, value] : options.env) {
      if (entry.rfind(name + "=", 0) == 0) return true;
    }
    return false;
  };
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!replaced(*entry)) plan.env_texts.emplace_back(*entry);
  }
  for (const auto& [name, value] : options.env) plan.env_texts.push_back(name + "=" + value);
  for (std::string& entry : plan.env_texts) plan.env.push_back(entry.data());
  plan.env.push_back(nullptr);
  return plan;
}

/// Between fork and exec: system calls and nothing else.
[[noreturn]] void become(const Plan& plan, int report) noexcept {
  const auto must = [&](int result, const char* step) noexcept {
    if (result != -1) return result;
    Failure failure{{}, errno};
    std::strncpy(failure.step, step, sizeof failure.step - 1);
    while (::write(report, &failure, sizeof failure) == -1 && errno == EINTR) {
    }
    ::_exit(127);
  };
  ::setpgid(0, 0);
  int lifted[3];  // a test may run with 0-2 closed: then a pipe's end has such a number itself
  report = must(::fcntl(report, F_DUPFD_CLOEXEC, 3), "fcntl");
  for (int i = 0; i < 3; ++i) lifted[i] = must(::fcntl(plan.slots[i], F_DUPFD_CLOEXEC, 3), "fcntl");
  for (int i = 0; i < 3; ++i) must(::dup2(lifted[i], i), "dup2");
  for (const int fd : plan.inherit) must(::fcntl(fd, F_SETFD, 0), "inherit");
  if (plan.cwd != nullptr) must(::chdir(plan.cwd), "chdir");
  for (int sig = 1; sig < NSIG; ++sig) ::signal(sig, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(plan.argv[0], plan.argv.data(), plan.env.data());
  must(-1, "execve");
  ::_exit(127);
}

/// While it lives, a write to a pipe nobody reads fails with EPIPE and kills nobody. The signal is
/// the thread's own, so only this thread's mask matters; a SIGPIPE of our making is taken away.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    was_pending_ = pending();
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &old_);
  }
  ~NoSigpipe() {
    int sig;
    if (!was_pending_ && pending()) ::sigwait(&pipe_, &sig);
    ::pthread_sigmask(SIG_SETMASK, &old_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  static bool pending() {
    sigset_t set;
    return ::sigpending(&set) == 0 && sigismember(&set, SIGPIPE) == 1;
  }
  sigset_t pipe_, old_;
  bool was_pending_;
};

void feed(Handle& pipe, const std::string& input, std::size_t& fed) {
  while (pipe && fed < input.size()) {
    const ssize_t n = ::write(pipe.get(), input.data() + fed, input.size() - fed);
    if (n >= 0) {
      fed += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      pipe.close();  // EPIPE: the child does not want the rest
    }
  }
  pipe.close();
}

/// Takes what is there now; closes at the end of file. More than a pipe holds, but not without
/// end: a child that floods one pipe must not keep us from the other, nor from the deadline.
void drain(Handle& pipe, std::string& text) {
  char buffer[65536];
  for (int round = 0; pipe && round < 32; ++round) {
    const ssize_t n = ::read(pipe.get(), buffer, sizeof buffer);
    if (n > 0) {
      text.append(buffer, static_cast<std::size_t>(n));
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
      pipe.close();
    } else if (errno == EAGAIN) {
      return;
    }
  }
}

bool has_exited(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) == -1 || info.si_pid == pid;
}

/// Waits for the child's exit with all pipes moving. False: the deadline passed first.
bool serve(pid_t pid, Handle& in, Handle& out, Handle& err, const RunOptions& options, Ran& ran) {
  const Deadline deadline = Deadline::after(options.deadline);
  const Handle exit = exit_watch(pid);
  std::size_t fed = 0;
  feed(in, options.input, fed);
  for (;;) {
    pollfd polls[4] = {{exit.get(), POLLIN, 0},
                       {out.get(), POLLIN, 0},
                       {err.get(), POLLIN, 0},
                       {in.get(), POLLOUT, 0}};  // poll skips -1
    // Without a descriptor for the exit (Linux before 5.3) we must look every few milliseconds.
    const int longest = deadline.poll_timeout();
    const int timeout = exit || (longest >= 0 && longest < 5) ? longest : 5;
    if (::poll(polls, 4, timeout) == -1 && errno != EINTR) return false;
    if (polls[3].revents != 0) feed(in, options.input, fed);
    drain(out, ran.out);
    drain(err, ran.err);
    if (exit ? polls[0].revents != 0 : has_exited(pid)) return true;
    if (deadline.passed()) return false;
  }
}

Ran not_started(const std::string& program, const char* call, int error) {
  Ran ran;
  ran.code = 127;
  ran.err = program + ": " + call + ": " + std::strerror(error) + "\n";
  return ran;
}

void bury(pid_t pid, Ran& ran) {
  int status = 0;
  while (::waitpid(pid, &status, 0) == -1) {
    if (errno == EINTR) continue;
    ran.err += std::string("run: waitpid: ") + std::strerror(errno) + "\n";
    return;
  }
  if (WIFEXITED(status)) ran.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ran.signal = WTERMSIG(status);
}

}  // namespace

Ran run(const std::vector<std::string>& argv, const RunOptions& options) {
  Handle in[2], out[2], err[2], report[2];
  for (auto* pipe : {&in, &out, &err, &report}) {
    if (!make_pipe(*pipe)) return not_started(argv[0], "pipe", errno);
  }
  Plan plan = make_plan(argv, options);
  plan.slots[0] = in[0].get(), plan.slots[1] = out[1].get(), plan.slots[2] = err[1].get();

  const NoSigpipe no_sigpipe;
  const pid_t pid = ::fork();
  if (pid == -1) return not_started(argv[0], "fork", errno);
  if (pid == 0) become(plan, report[1].get());
  ::setpgid(pid, pid);  // by both, as neither knows who comes first; EACCES after its exec is fine
  for (Handle* childs : {&in[0], &out[1], &err[1], &report[1]}) childs->close();

  Ran ran;
  Failure failure{};
  ssize_t got;
  while ((got = ::read(report[0].get(), &failure, sizeof failure)) == -1 && errno == EINTR) {
  }
  if (got == sizeof failure) {  // less than PIPE_BUF: whole, or not at all
    bury(pid, ran);
    return not_started(argv[0], failure.step, failure.error);
  }
  // Nonblocking on our ends alone: each end of a pipe is an open description of its own.
  for (Handle* ours : {&in[1], &out[0], &err[0]}) ::fcntl(ours->get(), F_SETFL, O_NONBLOCK);
  if (!serve(pid, in[1], out[0], err[0], options, ran)) {
    ran.timed_out = true;
    ::kill(-pid, SIGKILL);  // not yet waited for, so the group's number is still its own
    ::kill(pid, SIGKILL);
  }
  bury(pid, ran);
  drain(out[0], ran.out);  // what is there, never to its end: a grandchild may hold that
  drain(err[0], ran.err);
  if (ran.timed_out) {
    ran.err += "run: waited " + std::to_string(options.deadline.count()) + " ms for " + argv[0] +
               " (pid " + std::to_string(pid) + "), then killed it\n";
  }
  return ran;
}

}  // namespace proclab::test
