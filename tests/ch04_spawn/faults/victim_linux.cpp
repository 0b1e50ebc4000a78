// tests/ch04 · victim: one spawn, in which scripts/faults makes a system call fail.
//
//   ch04_victim STRATEGY plain|full|missing [SHORT]
//
// It prints "ready PID", waits for a line, spawns, and prints what came of it: the result, what its
// child saw, and what is left behind. SHORT makes each read() in this program, and so of the report
// pipe, give no more than so many bytes. The program it spawns is itself, as --child.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/self.h"
#include "tests/ch04_spawn/strategies.h"
#include "tests/support/leaks.h"

namespace {
std::size_t read_at_most = SIZE_MAX;
}

// The linker sends this program's calls of read() here (--wrap=read).
extern "C" ssize_t __real_read(int fd, void* buffer, std::size_t size);
extern "C" ssize_t __wrap_read(int fd, void* buffer, std::size_t size) {
  return __real_read(fd, buffer, size < read_at_most ? size : read_at_most);
}

namespace proclab::spawn {
namespace {

/// What a process is, as lines. Parent and child print the same.
std::string state() {
  const test::Holdings held = test::holdings();
  std::string text;
  for (const std::string& line : held.handles) text += line + "\n";
  for (const std::string& line : held.children) text += line + "\n";
  for (const std::string& line : held.signals) text += line + "\n";
  const mode_t mask = ::umask(0);
  ::umask(mask);
  char cwd[4096] = "";
  if (::getcwd(cwd, sizeof cwd) == nullptr) std::strcpy(cwd, "none");
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  return text + "blocked " + held.signal_mask + "\ncwd " + cwd + "\numask " + std::to_string(mask) +
         "\nleader " + (::getsid(0) == ::getpid() ? "of a session" : "") +
         (::getpgrp() == ::getpid() ? " of a group" : "") + "\nfiles " +
         std::to_string(files.rlim_cur) + "\n";
}

/// Every kind of step that a spawn can have, as far as the strategy can do it.
Options full(Options options, int null, int out) {
  options.slots = {Slot::from(0, 2), Slot::from(1, out), Slot::inherit(2),
                   Slot::null(5),    Slot::from(7, 0),   Slot::from(8, null)};
  options.cwd = "/";
  options.attach = Attach::new_session;
  if (options.strategy == Strategy::posix_spawn) return options;
  options.die_with_parent = true;
  options.umask = 027;
  options.limits = {{process::Limit::open_files, {256, 256}}};
  const std::size_t slash = options.file.rfind('/');
  options.env.changes = {{"PATH", "/no/such:" + options.file.substr(0, slash)}};
  options.file.erase(0, slash + 1);
  if (options.strategy == Strategy::fork) {
    options.uid = ::geteuid();
    options.gid = ::getegid();
  }
  return options;
}

Options options_for(const std::string& strategy, const std::string& scenario, int null, int out) {
  Options options;
  for (const Strategy one : strategies()) {
    if (strategy_name(one) == strategy) options.strategy = one;
  }
  options.file = *self_path();
  options.args = {"--child"};
  if (scenario == "full") return full(options, null, out);
  options.slots = {Slot::from(0, null), Slot::from(1, out), Slot::from(2, null)};
  options.attach = Attach::new_group;
  if (scenario == "missing") options.file = "/no/such/program";
  return options;
}

/// Raises this process's counts of calls above all that its child will reach: `when=3` means the third
/// of *each* process to strace. The calls fail or do nothing.
void shift_counts() {
  struct stat info;
  rlimit limit;
  for (int i = 0; i < 200; ++i) {
    ::fcntl(-1, F_GETFD);
    ::close(-1);
    ::dup2(-1, -1);
    ::open("", O_RDONLY);
    __real_read(-1, nullptr, 0);
    (void)!::write(-1, nullptr, 0);
    ::stat("", &info);
    ::waitpid(-1, nullptr, WNOHANG);
    (void)::mmap(nullptr, 0, PROT_NONE, MAP_PRIVATE, -1, 0);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    ::sigprocmask(SIG_SETMASK, nullptr, nullptr);
    ::sigaction(SIGKILL, nullptr, nullptr);
    ::syscall(SYS_brk, 0);
  }
}

void mark(const char* what) { (void)::access(what, F_OK); }

std::string start_and_wait(const Options& options) {
  mark("/proclab/begin");
  Result<Process> child = start(options);
  mark("/proclab/started");
  if (!child) {
    mark("/proclab/end");
    return "error " + std::string(child.error().call) + " " +
           std::to_string(child.error().code.value()) + "\n";
  }
  const Result<ExitStatus> status = child->wait();
  if (!status) child->disown();
  mark("/proclab/end");
  return status ? "ran " + status->text() + "\n" : "unwaited " + status.error().message() + "\n";
}

int victim(const std::string& strategy, const std::string& scenario) {
  // What a child must not inherit: a handler, an ignored and a blocked signal.
  ::signal(SIGUSR1, [](int) {});
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR2);
  ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
  ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);  // strace is not our parent

  int ends[2];
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null == -1 || ::pipe2(ends, O_CLOEXEC) == -1) return 1;
  const Options options = options_for(strategy, scenario, null, ends[1]);
  std::cout << "ready " << ::getpid() << std::endl;
  std::string go;
  std::getline(std::cin, go);
  shift_counts();
  const std::string before = state();
  const std::string result = start_and_wait(options);
  const std::string after = state();
  ::close(ends[1]);
  ::fcntl(ends[0], F_SETFL,
          O_NONBLOCK);  // whatever holds the other end, this shall not wait for it
  std::string seen;
  char part[512];
  for (ssize_t got; (got = ::read(ends[0], part, sizeof part)) > 0;) seen.append(part, got);
  std::cout << result << "--- child\n"
            << seen << "--- before\n"
            << before << "--- after\n"
            << after;
  return 0;
}

}  // namespace
}  // namespace proclab::spawn

int main(int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "--help";
  if (first == "--child") {
    std::cout << proclab::spawn::state();
    return 0;
  }
  if (argc < 3) {
    std::puts("ch04_victim STRATEGY plain|full|missing [SHORT]: one spawn, and what is left of it");
    return first == "--help" ? 0 : 2;
  }
  if (argc > 3) read_at_most = std::strtoul(argv[3], nullptr, 10);
  return proclab::spawn::victim(first, argv[2]);
}
