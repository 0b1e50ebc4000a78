// Chapter 9 · steps: what each step of the classical double fork is for, shown by leaving it out.
//
// Look for: the two columns. A daemon that did all the steps is left in peace by what its starter
// had; one step less, and it dies with a terminal, or holds what is not its own. The experiments
// are real: a real terminal is closed, a real pipe is read to its end.
//
// Run: ch09_steps
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch09_daemon/daemonize.h"
#include "platform/self.h"

using namespace proclab;
using daemon::Notifier, daemon::Steps;

namespace {

struct Ends {
  Handle read, write;
};

Ends open_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) == -1) std::perror("pipe2"), std::exit(1);
  return {Handle(fds[0]), Handle(fds[1])};
}

/// A pseudo terminal: `master` is where a terminal's window would be. Closing it closes the
/// terminal.
struct Terminal {
  Handle master{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
  std::string name =
      ::grantpt(master.get()) == 0 && ::unlockpt(master.get()) == 0 ? ::ptsname(master.get()) : "";
};

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) == -1 && errno == EINTR) {
  }
  return status;
}

/// A daemon and the process that started it. We are the subreaper of both (chapter 8), so the
/// daemon's end is ours to see.
struct Started {
  pid_t starter = 0, daemon = 0;
  Ends gate = open_pipe();  // the daemon lives until somebody writes here

  /// `prepare` runs in the starter, before it daemonizes; `work` in the daemon, before it is ready.
  /// The daemon ends with what `work` returned plus 10, when it is told to.
  Started(Steps steps, const std::function<void()>& prepare, const std::function<int()>& work) {
    Ends answer = open_pipe();
    steps.keep.push_back(gate.read.get());
    starter = ::fork();
    if (starter == 0) {
      gate.write.close();  // or the daemon would hold its own gate open
      prepare();
      const auto serve = [&](Notifier& notifier) {
        const int seen = work();
        (void)notifier.ready();
        char byte;
        while (::read(gate.read.get(), &byte, 1) == -1 && errno == EINTR) {
        }
        return 10 + seen;
      };
      const Result<Pid> pid =
          daemon::daemonize(steps, serve, Deadline::after(Milliseconds(10'000)));
      if (!pid) std::fprintf(stderr, "%s\n", pid.error().message().c_str()), ::_exit(1);
      const pid_t number = *pid;
      if (::write(answer.write.get(), &number, sizeof number) == -1) ::_exit(1);
      answer.write.close();
      char byte;  // stays, as a shell does, until the terminal's end or ours
      while (::read(gate.read.get(), &byte, 1) == -1 && errno == EINTR) {
      }
      ::_exit(0);
    }
    answer.write.close();
    if (::read(answer.read.get(), &daemon, sizeof daemon) != sizeof daemon) std::exit(1);
  }
  void end_starter() {
    if (starter == 0) return;
    ::kill(starter, SIGKILL);
    wait_for(std::exchange(starter, 0));
  }
  /// Lets the daemon end, and says how it did.
  int end() {
    end_starter();
    gate.write.close();
    return wait_for(daemon);
  }
};

/// Whether a reader of `read` is at the end: nobody has the other end open any more.
bool at_end(const Handle& read) {
  pollfd end{read.get(), POLLIN, 0};
  return ::poll(&end, 1, 0) == 1 && (end.revents & POLLHUP) != 0;
}

//> trials
std::string session(bool left_out) {
  Terminal terminal;
  const auto log_in = [&] {
    terminal.master.close();  // the window is ours alone
    ::setsid();
    ::open(terminal.name.c_str(), O_RDWR);  // now it is the controlling terminal of the starter
  };
  Started started({.new_session = !left_out}, log_in, [] { return 0; });
  terminal.master.close();  // the window is closed: SIGHUP for the shell, and then for its job
  wait_for(std::exchange(started.starter, 0));
  const int status = started.end();
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP ? "its terminal closes: SIGHUP kills it"
                                                           : "its terminal closes: it lives on";
}

std::string second_fork(bool left_out) {
  Terminal terminal;
  Started started(
      {.second_fork = !left_out}, [] {},
      [&] {
        const Handle log(::open(terminal.name.c_str(), O_RDWR));  // somebody forgot O_NOCTTY
        return Handle(::open("/dev/tty", O_RDWR)) ? 1 : 0;
      });
  return WEXITSTATUS(started.end()) == 11 ? "a terminal that it opens: is its own"
                                          : "a terminal that it opens: just a file";
}

std::string directory(bool left_out) {
  char here[] = "/tmp/ch09_steps_XXXXXX";
  if (::mkdtemp(here) == nullptr) return "mkdtemp";
  Steps steps;
  if (left_out) steps.directory.reset();
  Started started(
      steps, [&] { (void)!::chdir(here); }, [] { return 0; });
  char there[4096];
  const std::string link = "/proc/" + std::to_string(started.daemon) + "/cwd";
  const ssize_t size = ::readlink(link.c_str(), there, sizeof there);
  const bool held = size > 0 && std::string(there, size) == here;
  started.end();
  ::rmdir(here);
  return held ? "its directory: the starter's, held" : "its directory: /";
}

std::string mask(bool left_out) {
  char here[] = "/tmp/ch09_steps_XXXXXX";
  if (::mkdtemp(here) == nullptr) return "mkdtemp";
  const std::string file = std::string(here) + "/log";
  Steps steps;
  if (left_out) steps.umask.reset();
  Started started(
      steps, [] { ::umask(0); },
      [&] { return Handle(::open(file.c_str(), O_CREAT | O_RDWR, 0666)) ? 0 : 1; });
  struct stat info {};
  ::stat(file.c_str(), &info);
  started.end();
  ::unlink(file.c_str());
  ::rmdir(here);
  char text[64];
  std::snprintf(text, sizeof text, "its log's mode: %03o", info.st_mode & 0777U);
  return text;
}

std::string blocked(bool left_out) {
  const auto block = [] {
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &term, nullptr);
  };
  Started started({.reset_signals = !left_out}, block, [] { return 0; });
  ::kill(started.daemon, SIGTERM);
  const int status = started.end();
  return WIFSIGNALED(status) ? "SIGTERM: ends it" : "SIGTERM: is blocked, no effect";
}

/// A pipe whose write end the starter has at `number`. Does its reader see the end while the daemon
/// runs?
std::string inherited(const Steps& steps, int number) {
  Ends pipe = open_pipe();
  Started started(
      steps, [&] { ::dup2(pipe.write.get(), number), pipe.write.close(); }, [] { return 0; });
  pipe.write.close();
  started.end_starter();
  const bool ended = at_end(pipe.read);
  started.end();
  return ended ? "ends with the starter" : "does not end";
}

std::string standard(bool left_out) {
  return "x=$(start): " + inherited({.null_stdio = !left_out}, STDOUT_FILENO);
}

std::string others(bool left_out) {
  return "a pipe at 100: " + inherited({.close_others = !left_out}, 100);
}
//< trials

struct Trial {
  const char* step;
  std::string (*run)(bool left_out);
};

constexpr Trial kTrials[] = {
    {"setsid", session},  {"second fork", second_fork}, {"chdir", directory},   {"umask", mask},
    {"signals", blocked}, {"stdio", standard},          {"descriptors", others}};

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch09_steps\nLeaves each step of the double fork out, and looks."), 0;
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  std::printf("%-13s%-40s%s\n", "step", "left out", "done");
  for (const Trial& trial : kTrials) {
    std::fflush(stdout);
    const std::string without = trial.run(true), with = trial.run(false);
    std::printf("%-13s%-40s%s\n", trial.step, without.c_str(), with.c_str());
  }
  return 0;
}
