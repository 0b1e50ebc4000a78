// tests/support · probe on POSIX.
//
// It opens nothing of its own while it looks at its descriptors, and starts no thread: what it shows
// is what it was given.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/probe.h"

extern char** environ;

namespace proclab::probe {
namespace {

struct Named {
  const char* name;
  int number;
};

constexpr Named kSignals[] = {
    {"HUP", SIGHUP},     {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ILL", SIGILL},
    {"TRAP", SIGTRAP},   {"ABRT", SIGABRT}, {"BUS", SIGBUS},   {"FPE", SIGFPE},
    {"KILL", SIGKILL},   {"USR1", SIGUSR1}, {"SEGV", SIGSEGV}, {"USR2", SIGUSR2},
    {"PIPE", SIGPIPE},   {"ALRM", SIGALRM}, {"TERM", SIGTERM}, {"CHLD", SIGCHLD},
    {"CONT", SIGCONT},   {"STOP", SIGSTOP}, {"TSTP", SIGTSTP}, {"TTIN", SIGTTIN},
    {"TTOU", SIGTTOU},   {"URG", SIGURG},   {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ},
    {"WINCH", SIGWINCH}, {"SYS", SIGSYS},   {"PROF", SIGPROF}, {"VTALRM", SIGVTALRM},
    {"IO", SIGIO}};

int number_of(std::string text) {
  if (text.rfind("SIG", 0) == 0) text.erase(0, 3);
  for (const Named& sig : kSignals) {
    if (text == sig.name) return sig.number;
  }
  return std::atoi(text.c_str());
}

std::string name_of(int number) {
  for (const Named& sig : kSignals) {
    if (number == sig.number) return std::string("SIG") + sig.name;
  }
  return std::to_string(number);
}

const char* kind_of(mode_t mode) {
  return S_ISFIFO(mode)   ? "pipe"
         : S_ISSOCK(mode) ? "socket"
         : S_ISREG(mode)  ? "file"
         : S_ISDIR(mode)  ? "dir"
         : S_ISCHR(mode)  ? "char"
         : S_ISBLK(mode)  ? "block"
                          : "other";
}

/// Where Linux says it leads; empty elsewhere.
std::string target_of(int fd) {
  char target[4096];
  const ssize_t size =
      ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), target, sizeof target);
  return size == -1 ? "" : " " + std::string(target, static_cast<std::size_t>(size));
}

/// "3 pipe r cloexec=0 pipe:[123]".
std::string describe(int fd) {
  struct stat info;
  if (::fstat(fd, &info) == -1) return {};
  const int mode = ::fcntl(fd, F_GETFL) & O_ACCMODE;
  const bool cloexec = (::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0;
  return std::to_string(fd) + " " + kind_of(info.st_mode) +
         (mode == O_RDONLY   ? " r"
          : mode == O_WRONLY ? " w"
                             : " rw") +
         " cloexec=" + (cloexec ? "1" : "0") + target_of(fd) + "\n";
}

std::string limit_text(rlim_t value) {
  return value == RLIM_INFINITY ? "unlimited" : std::to_string(value);
}

bool open_gate(int fd) {
  ssize_t n;
  while ((n = ::write(fd, "!", 1)) == -1 && errno == EINTR) {
  }
  return n == 1;
}

volatile std::sig_atomic_t caught = 0;
int caught_pipe[2];

void on_signal(int sig) {
  const int saved = errno;
  caught = sig;
  (void)!::write(caught_pipe[1], "!", 1);
  errno = saved;
}

int wait_for_stdin() {
  while (!take().empty()) {
  }
  return 0;
}

}  // namespace

bool put(int slot, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n = ::write(slot, text.data() + at, text.size() - at);
    if (n >= 0) {
      at += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {  // somebody who shares the description made it nonblocking
      pollfd poll{slot, POLLOUT, 0};
      ::poll(&poll, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

std::string take() {
  std::string text(65536, '\0');
  for (;;) {
    const ssize_t n = ::read(0, text.data(), text.size());
    if (n >= 0) return text.resize(static_cast<std::size_t>(n)), text;
    if (errno == EAGAIN) {
      pollfd poll{0, POLLIN, 0};
      ::poll(&poll, 1, -1);
    } else if (errno != EINTR) {
      return {};
    }
  }
}

int die(const Args& args) {
  if (args.empty()) return 2;
  if (args[0] == "abort") std::abort();
  const int sig = number_of(args[0]);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);  // a test's corpse needs no core file
  ::signal(sig, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, sig);
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
  ::kill(::getpid(), sig);
  return 3;  // the signal's default is not to kill
}

int fds(const Args&) {
  // poll() marks what is not open, a thousand numbers a call, and needs no descriptor of its own
  // that would have to be left out. A lowered limit closes nothing, so look past it.
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t end = limit.rlim_cur < 20000     ? 20000
                     : limit.rlim_cur > 1 << 20 ? 1 << 20
                                                : limit.rlim_cur;
  const rlim_t step = limit.rlim_cur < 1 ? 1 : limit.rlim_cur < 1024 ? limit.rlim_cur : 1024;
  std::vector<pollfd> polls(step);
  std::string out;
  for (rlim_t first = 0; first < end; first += step) {
    for (rlim_t i = 0; i < step; ++i) polls[i] = {static_cast<int>(first + i), 0, 0};
    if (::poll(polls.data(), step, 0) == -1) return 1;
    for (const pollfd& one : polls) {
      if ((one.revents & POLLNVAL) == 0) out += describe(one.fd);
    }
  }
  return put(1, out) ? 0 : 1;
}

int ids(const Args&) {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  char octal[8];
  octal[0] = '0', octal[1] = static_cast<char>('0' + (mask >> 6 & 7));
  octal[2] = static_cast<char>('0' + (mask >> 3 & 7)),
  octal[3] = static_cast<char>('0' + (mask & 7));
  octal[4] = '\0';
  const auto line = [](const char* key, long value) {
    return std::string(key) + " " + std::to_string(value) + "\n";
  };
  return put(1, line("pid", ::getpid()) + line("ppid", ::getppid()) + line("pgid", ::getpgrp()) +
                    line("sid", ::getsid(0)) + line("uid", ::getuid()) + line("euid", ::geteuid()) +
                    line("gid", ::getgid()) + line("egid", ::getegid()) + "umask " + octal + "\n")
             ? 0
             : 1;
}

int signals(const Args&) {
  std::string blocked = "blocked", ignored = "ignored";
  sigset_t set;
  ::sigprocmask(SIG_SETMASK, nullptr, &set);
  for (int sig = 1; sig < NSIG; ++sig) {
    struct sigaction action;
    if (sigismember(&set, sig) == 1) blocked += " " + name_of(sig);
    if (::sigaction(sig, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) {
      ignored += " " + name_of(sig);
    }
  }
  return put(1, blocked + "\n" + ignored + "\n") ? 0 : 1;
}

int limits(const Args&) {
  constexpr Named kLimits[] = {{"as", RLIMIT_AS},       {"core", RLIMIT_CORE},
                               {"cpu", RLIMIT_CPU},     {"data", RLIMIT_DATA},
                               {"fsize", RLIMIT_FSIZE}, {"nofile", RLIMIT_NOFILE},
                               {"stack", RLIMIT_STACK}};
  std::string out;
  for (const Named& what : kLimits) {
    rlimit limit{};
    ::getrlimit(static_cast<decltype(RLIMIT_AS)>(what.number), &limit);
    out += std::string(what.name) + " " + limit_text(limit.rlim_cur) + " " +
           limit_text(limit.rlim_max) + "\n";
  }
  return put(1, out) ? 0 : 1;
}

int gate(const Args& args) {
  if (args.empty()) return 2;
  pollfd poll{std::atoi(args[0].c_str()), POLLIN, 0};
  while (::poll(&poll, 1, -1) == -1 && errno == EINTR) {
  }
  return (poll.revents & POLLIN) != 0 ? 0 : 1;  // POLLHUP: all who could open it are gone
}

int ready(const Args& args) {
  if (args.empty() || !open_gate(std::atoi(args[0].c_str()))) return 2;
  return wait_for_stdin();
}

int grandchild(const Args& args) {
  if (args.empty()) return 2;
  const pid_t pid = ::fork();
  if (pid == -1) return 1;
  if (pid == 0) ::_exit(gate(args));
  return put(1, std::to_string(pid) + "\n") ? 0 : 1;
}

int ignore_term(const Args& args) {
  ::signal(SIGTERM, SIG_IGN);
  return ready(args);
}

int trap(const Args& args) {
  if (args.size() < 2 || ::pipe(caught_pipe) == -1) return 2;
  struct sigaction action {};
  action.sa_handler = on_signal;
  ::sigaction(number_of(args[0]), &action, nullptr);
  if (!open_gate(std::atoi(args[1].c_str()))) return 2;
  pollfd poll{caught_pipe[0], POLLIN, 0};
  while (::poll(&poll, 1, -1) != 1) {
  }
  return put(1, "caught " + std::to_string(caught) + "\n") ? 0 : 1;
}

std::vector<std::string> environment() {
  std::vector<std::string> all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    all.emplace_back(*entry);
  }
  return all;
}

std::string cwd() {
  char path[4096];
  return ::getcwd(path, sizeof path) != nullptr ? path : "";
}

Args arguments(int argc, char** argv) { return {argv, argv + argc}; }

}  // namespace proclab::probe
