// Chapter 3 · ways on Linux. In the kernel all three are one call with other flags (clone(2)).
#include "chapters/ch03_fork/ways_linux.h"

#include <csignal>
#include <cstddef>

#include <sched.h>
#include <unistd.h>

namespace proclab::fork {
namespace {

// The child runs on this stack while its parent sleeps, so one a thread is enough. Deep work would
// run off its end: there is no guard page.
constexpr std::size_t kStackBytes = 64 * 1024;
thread_local std::byte child_stack[kStackBytes];

struct Work {
  int (*run)(void*);
  void* data;
};

int run_work(void* work) {
  const Work* const it = static_cast<Work*>(work);
  return it->run(it->data);  // clone() turns the return of its function into _exit()
}

pid_t by_fork(const Work& work) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(work.run(work.data));
  return pid;
}

//> by-vfork
// The child borrows the parent's stack: it may call deeper, since that memory is below the parent's
// frame, but if it *returned* from here the parent would wake up in a frame that is no more.
[[gnu::noinline]] pid_t by_vfork(const Work& work) {
  const pid_t pid = ::vfork();  // NOLINT(clang-analyzer-security.insecureAPI.vfork): the lesson
  if (pid == 0) ::_exit(work.run(work.data));
  return pid;
}

pid_t by_clone(Work& work) {
  constexpr int kLikeVfork = CLONE_VM | CLONE_VFORK;
  void* const top = child_stack + kStackBytes;  // stacks grow down
  return ::clone(run_work, top, kLikeVfork | SIGCHLD, &work);
}
//< by-vfork

}  // namespace

Result<Pid> start_by(Way way, int (*run)(void*), void* data) {
  Work work{run, data};
  switch (way) {
    case Way::fork:
      if (const pid_t pid = by_fork(work); pid != -1) return pid;
      return last_error("fork");
    case Way::vfork:
      if (const pid_t pid = by_vfork(work); pid != -1) return pid;
      return last_error("vfork");
    case Way::clone_vm:
      if (const pid_t pid = by_clone(work); pid != -1) return pid;
      return last_error("clone");
  }
  return make_error("start_by", std::errc::invalid_argument, "unknown way");
}

}  // namespace proclab::fork
