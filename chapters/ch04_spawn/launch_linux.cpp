// Chapter 4 · spawn: the fast ways on Linux: borrow the parent's memory, or ask the C library to.
//
// fork() copies the page tables of a parent that is about to throw the copy away. vfork(2) does not:
// the child runs in the parent's memory, on a stack of its own, while the calling thread sleeps until
// execve. The cost no longer knows how large the parent is. Read before: launch_posix.cpp.
// Meets: clone3(CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_CLEAR_SIGHAND), posix_spawn.
#include <cerrno>
#include <cstdint>
#include <vector>

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "chapters/ch04_spawn/launch_posix.h"
#include "platform/handle.h"

namespace proclab::spawn {
namespace {

/// Every signal, also the two that the C library keeps for itself and hides from sigfillset(): a
/// setuid() in another thread sends one of them to all threads, and its handler would run in the
/// child, in our memory. Hence the raw call.
class EverySignalBlocked {
 public:
  EverySignalBlocked() {
    const unsigned long all = ~0UL;  // the kernel's set: 64 bits
    ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before_, sizeof before_);
  }
  ~EverySignalBlocked() {
    ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before_, nullptr, sizeof before_);
  }
  EverySignalBlocked(const EverySignalBlocked&) = delete;
  EverySignalBlocked& operator=(const EverySignalBlocked&) = delete;

 private:
  unsigned long before_ = 0;
};

//> clone3
/// clone3(2), Linux 5.3, which alone can clear the handlers; glibc has no wrapper for it. The child
/// begins on `stack` and so must not return through our frame: hence a few lines of assembly, which
/// call child_main there. -1 and errno = ENOSYS where this machine or kernel has none.
int clone3_on_stack([[maybe_unused]] char* stack, [[maybe_unused]] std::size_t size,
                    [[maybe_unused]] ExecPlan& plan) {
#ifdef __x86_64__
  clone_args args{};
  args.flags = CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_CLEAR_SIGHAND;
  args.exit_signal = SIGCHLD;
  args.stack = reinterpret_cast<std::uintptr_t>(stack);
  args.stack_size = size;
  long rc = SYS_clone3;
  asm volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"              // the parent, or an error: go on below
      "mov %[plan], %%rdi\n\t"  // the child, on its own stack: child_main(&plan)
      "call *%[main]\n\t"       // which never returns
      "1:"
      : "+a"(rc)
      : "D"(&args), "S"(sizeof args), [plan] "r"(&plan), [main] "r"(child_main)
      : "rcx", "r11", "memory");
  if (rc >= 0) return static_cast<int>(rc);
  errno = static_cast<int>(-rc);
#else
  errno = ENOSYS;
#endif
  return -1;
}
//< clone3

}  // namespace

//> launch-vfork
Result<Pid> launch_vfork(ExecPlan& plan) {
#ifdef __SANITIZE_THREAD__
  // ThreadSanitizer keeps its books in the memory that the child would share, and takes the child's
  // dup2 and close for this thread's. It makes its own vfork() a fork() for the same reason.
  return launch_fork(plan);
#endif
  // The child must not grow down over our own frame. It calls little, and no handler can run on it.
  alignas(16) char stack[16 * 1024];
  ChildFailure failure{};
  plan.failure = &failure;
  plan.report_fd = -1;  // no pipe: what the child writes into `failure`, it writes into our memory
  plan.table_is_shared = true;
  int pid = 0;
  {
    const EverySignalBlocked blocked;
    // Returns when the child has become the program or is gone: CLONE_VFORK stops this thread until
    // then, which is what makes the shared memory safe.
    plan.handlers_cleared = true;
    pid = clone3_on_stack(stack, sizeof stack, plan);
    // ENOSYS: an older kernel, or a sandbox that cannot look into clone3's structure; some sandboxes
    // say EPERM. EINVAL: Linux 5.3 and 5.4, which have clone3 but not the flag.
    if (pid == -1 && (errno == ENOSYS || errno == EPERM || errno == EINVAL)) {
      plan.handlers_cleared = false;
      pid = ::clone(child_main, stack + sizeof stack,
                    CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, &plan);
    }
  }
  if (pid == -1) return last_error("clone");
  if (failure.error != 0) return reap_failed(pid, failure);
  return pid;
}
//< launch-vfork

namespace {

/// posix_spawn's two lists, freed at every return.
struct SpawnLists {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  SpawnLists() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  ~SpawnLists() {
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
  }
  SpawnLists(const SpawnLists&) = delete;
  SpawnLists& operator=(const SpawnLists&) = delete;
};

Error spawn_error(const char* call, int error) {
  return {call, std::error_code(error, std::generic_category()), {}};
}

/// The moves and the directory, as actions. Its dup2s run one after another, so the sources are lifted
/// here, in the parent; `lifted` closes the copies afterwards.
Result<void> add_actions(const ExecPlan& plan, SpawnLists& lists, std::vector<Handle>& lifted) {
  int error = 0;
  int slot = 0;
  const auto close_up_to = [&](int end) {
    for (; slot < end && error == 0; ++slot) {
      error = ::posix_spawn_file_actions_addclose(&lists.actions, slot);
    }
  };
  for (std::size_t i = 0; i < plan.move_count && error == 0; ++i, ++slot) {
    const Move& move = plan.moves[i];
    lifted.emplace_back(::fcntl(move.source, F_DUPFD_CLOEXEC, plan.last_slot + 1));
    if (!lifted.back()) return last_error("fcntl");
    close_up_to(move.slot);
    if (error != 0) break;
    error = ::posix_spawn_file_actions_adddup2(&lists.actions, lifted.back().get(), slot);
  }
  close_up_to(plan.last_slot + 1);
  if (error == 0) {
    error = ::posix_spawn_file_actions_addclosefrom_np(&lists.actions, plan.last_slot + 1);
  }
  if (error == 0 && plan.cwd != nullptr) {
    error = ::posix_spawn_file_actions_addchdir_np(&lists.actions, plan.cwd);
  }
  if (error != 0) return spawn_error("posix_spawn_file_actions", error);
  return {};
}

void set_attributes(const ExecPlan& plan, SpawnLists& lists) {
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  ::posix_spawnattr_setsigdefault(&lists.attributes, &all);
  ::posix_spawnattr_setsigmask(&lists.attributes, &none);
  int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  if (plan.new_session) flags |= POSIX_SPAWN_SETSID;
  if (plan.new_group) flags |= POSIX_SPAWN_SETPGROUP;  // group 0: one of its own
  ::posix_spawnattr_setflags(&lists.attributes, static_cast<short>(flags));
}

}  // namespace

//> launch-posix-spawn
Result<Pid> launch_posix_spawn(ExecPlan& plan) {
  const auto cannot = [](const char* what) {
    return make_error("posix_spawn", std::errc::not_supported, what);
  };
  if (plan.set_uid || plan.set_gid) return cannot("it cannot set uid or gid");
  if (plan.umask != -1) return cannot("it cannot set umask");
  if (plan.limit_count != 0) return cannot("it cannot set limits");
  if (plan.parent != 0) return cannot("it cannot let the child die with us");

  SpawnLists lists;
  std::vector<Handle> lifted;
  if (Result<void> added = add_actions(plan, lists, lifted); !added) return added.error();
  set_attributes(plan, lists);
  int error = ENOENT;
  int denied = 0;
  pid_t pid = 0;
  for (const char* const* path = plan.candidates; *path != nullptr; ++path) {
    // One number for every failure: which step it was, the C library keeps to itself.
    error = ::posix_spawn(&pid, *path, &lists.actions, &lists.attributes, plan.argv, plan.envp);
    if (error == 0) return pid;
    if (error == EACCES) denied = EACCES;
    if (error != EACCES && error != ENOENT && error != ENOTDIR) break;
  }
  if (denied != 0 && (error == ENOENT || error == ENOTDIR)) error = denied;
  return spawn_error("posix_spawn", error);
}
//< launch-posix-spawn

}  // namespace proclab::spawn
