// Chapter 4 · benchmark: the same spawn by raw calls, by the C library, and by this chapter.
//
// Read before: spawn.h. Meets: vfork, fork, dup2, execve, posix_spawn, waitpid.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch04_spawn/bench/ways.h"
#include "chapters/ch04_spawn/spawn.h"

extern char** environ;

namespace proclab::spawn::bench {
namespace {

void reap(const char* who, pid_t pid) {
  if (pid == -1) failed(who, std::strerror(errno));
  int status = 0;
  while (::waitpid(pid, &status, 0) == -1) {
    if (errno != EINTR) failed(who, std::strerror(errno));
  }
  if (status != 0) failed(who, "the program did not exit with 0");
}

[[noreturn]] void become(const Job& job, char* const* argv) {
  for (int slot = 0; slot < 3; ++slot) ::dup2(job.descriptors[slot], slot);
  ::execve(argv[0], argv, ::environ);
  ::_exit(127);
}

//> raw
/// The least that can be done, and the base of all ratios. UNSAFE: a handler of ours may run in the
/// child, in our memory; no error is reported; every descriptor that is not close-on-exec leaks.
void once_raw_vfork(const Job& job) {
  char* argv[] = {const_cast<char*>(job.program.c_str()), nullptr};
  const pid_t pid = ::vfork();
  if (pid == 0) become(job, argv);
  reap("vfork", pid);
}
//< raw

void once_raw_fork(const Job& job) {
  char* argv[] = {const_cast<char*>(job.program.c_str()), nullptr};
  const pid_t pid = ::fork();
  if (pid == 0) become(job, argv);
  reap("fork", pid);
}

void once_posix_spawn(const Job& job) {
  char* argv[] = {const_cast<char*>(job.program.c_str()), nullptr};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  for (int slot = 0; slot < 3; ++slot) {
    ::posix_spawn_file_actions_adddup2(&actions, job.descriptors[slot], slot);
  }
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, argv[0], &actions, nullptr, argv, ::environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) failed("posix_spawn", std::strerror(error));
  reap("posix_spawn", pid);
}

template <Strategy strategy>
void once_ours(const Job& job) {
  Options options;
  options.file = job.program;
  options.strategy = strategy;
  for (int slot = 0; slot < 3; ++slot) {
    options.slots.push_back(Slot::from(slot, job.descriptors[slot]));
  }
  Result<Process> child = start(options);
  if (!child) failed("start", child.error().message());
  const Result<ExitStatus> status = child->wait();
  if (!status || !status->success()) failed("start", "the program did not exit with 0");
}

}  // namespace

void failed(const char* what, const std::string& why) {
  std::fprintf(stderr, "ch04_bench: %s: %s\n", what, why.c_str());
  std::exit(1);
}

const std::vector<Way>& ways() {
  static const std::vector<Way> all = {
      {"raw vfork", once_raw_vfork},
      {"proclab", once_ours<Strategy::automatic>},
      {"proclab posix_spawn", once_ours<Strategy::posix_spawn>},
      {"glibc posix_spawn", once_posix_spawn},
      {"proclab fork", once_ours<Strategy::fork>},
      {"raw fork", once_raw_fork},
#ifdef PROCLAB_HAS_LIBUV
      {"libuv", once_libuv},
#endif
#ifdef PROCLAB_HAS_BOOST
      {"Boost.Process", once_boost},
#endif
  };
  return all;
}

const Way* find_way(std::string_view name) {
  for (const Way& way : ways()) {
    if (way.name == name) return &way;
  }
  return nullptr;
}

}  // namespace proclab::spawn::bench
