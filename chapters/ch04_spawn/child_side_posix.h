// Chapter 4 · spawn: what the parent hands to the code between fork() and execve(): plain data.
//
// All that needs memory, a search or a library is done before, by plan_posix.cpp. What is left can be
// carried out with async-signal-safe calls alone.
#pragma once

#include <cstddef>

#include <sys/resource.h>
#include <sys/types.h>

namespace proclab::spawn {

/// What the child was doing when it failed. step_name() gives the call's name for Error::call.
enum class Step : int {
  unshare,
  lift,
  dup2,
  cloexec,
  setsid,
  setpgid,
  chdir,
  umask,
  setrlimit,
  setgroups,
  setgid,
  setuid,
  prctl,
  sigaction,
  sigprocmask,
  execve
};
const char* step_name(Step step) noexcept;

/// Eight bytes that the child sends when it cannot become the program. Less than PIPE_BUF, so one
/// write is one piece.
struct ChildFailure {
  Step step;
  int error;  // errno
};

/// Put `source` at `slot`; the same number twice means that it stays where it is. `lifted` is room for
/// the child's own copy of the source.
struct Move {
  int source;
  int slot;
  int lifted;
};

struct RLimit {
  int resource;
  rlimit value;
};

/// What the child has to do, in the order in which it does it.
struct ExecPlan {
  Move* moves;  // sorted by slot
  std::size_t move_count;
  int last_slot;          // at least 2; above it nothing stays open
  int last_source;        // the highest descriptor that the child needs to begin with
  bool table_is_shared;   // CLONE_FILES: first thing, part with the parent's table
  bool handlers_cleared;  // CLONE_CLEAR_SIGHAND: the kernel has set them to default
  bool new_session, new_group;
  const char* cwd;  // or null
  int umask;        // or -1
  const RLimit* limits;
  std::size_t limit_count;
  bool set_gid, set_uid;
  gid_t gid;
  uid_t uid;
  bool set_groups;
  const gid_t* groups;
  std::size_t group_count;
  pid_t parent;                   // must live, and the child ends with it; or 0
  const char* const* candidates;  // the files to try, null at the end: one, or one for each of PATH
  char* const* argv;
  char* const* envp;
  int report_fd;          // the report pipe's write end, above last_slot; -1 when memory is shared
  ChildFailure* failure;  // filled then: the parent reads it after the child has left
};

/// Carries the plan out and becomes the program, or reports and exits 127. Called in the child, with
/// every signal blocked. Async-signal-safe throughout: scripts/check_child_side.py compares its object.
[[noreturn]] void run_child(ExecPlan& plan) noexcept;

/// The same for clone(2), which takes such a function. `plan` is an ExecPlan.
int child_main(void* plan) noexcept;

/// Marks every descriptor from `first` up close-on-exec. Async-signal-safe. 0, or -1 and errno.
int cloexec_from(int first) noexcept;
/// Gives this process a descriptor table of its own, with no more in it than 0..last. Linux alone
/// shares one (CLONE_FILES); elsewhere nothing to do. 0, or -1 and errno.
int unshare_table(int last) noexcept;
/// setgroups, setgid and setuid of this process alone, by the bare system call: the C library's are
/// for a whole program of threads, take locks and signal the others. 0, or -1 and errno.
int set_groups(std::size_t count, const gid_t* groups) noexcept;
int set_gid(gid_t gid) noexcept;
int set_uid(uid_t uid) noexcept;
/// Linux: this process is killed when the thread that made it ends; at once, if `parent` has ended
/// already. Elsewhere -1 and ENOTSUP. 0, or -1 and errno.
int die_with(pid_t parent) noexcept;

}  // namespace proclab::spawn
