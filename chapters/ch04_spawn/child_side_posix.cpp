// Chapter 4 · spawn: the code between fork() and execve(). Read spawn_posix.cpp first.
//
// fork() copies one thread and every lock. If another thread held malloc's lock, nobody is left to
// release it; so until execve() only async-signal-safe calls: no new, std::string or printf. Under
// vfork it is stricter still: this runs in the parent's own memory, and what it scribbles stays.
// The file stands alone so that `make check` can compare its object's symbols with the safe list.
#include "chapters/ch04_spawn/child_side_posix.h"

#include <cerrno>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

namespace proclab::spawn {
namespace {

[[noreturn]] void give_up(const ExecPlan& plan, Step step) noexcept {
  const ChildFailure why{step, errno};
  if (plan.report_fd == -1) {
    *plan.failure = why;  // vfork: the parent's memory; it sleeps until we are gone
  } else {
    while (::write(plan.report_fd, &why, sizeof why) == -1 && errno == EINTR) {
    }
  }
  ::_exit(127);  // exit() would flush the parent's stdio buffers a second time
}

//> place
/// Puts each source at its slot. A plain loop of dup2 would lose descriptors: {0 -> 1, 1 -> 0}
/// overwrites 1 before it is read. So every source that stands where some slot will be is first
/// lifted out of the way; the rest cannot be hit.
void place(ExecPlan& plan) noexcept {
  const int above = plan.last_slot + 1;
  for (std::size_t i = 0; i < plan.move_count; ++i) {
    Move& move = plan.moves[i];
    move.lifted = move.source;
    if (move.source >= above || move.source == move.slot) continue;
    move.lifted = ::fcntl(move.source, F_DUPFD_CLOEXEC, above);
    if (move.lifted == -1) give_up(plan, Step::lift);
  }
  int slot = 0;
  for (std::size_t i = 0; i < plan.move_count; ++i, ++slot) {
    for (; slot < plan.moves[i].slot; ++slot) ::close(slot);  // a gap: EBADF is as good as closed
    // dup2 of a number onto itself does nothing, and would keep its FD_CLOEXEC; a copy never has it.
    const int from = plan.moves[i].lifted;
    const int rc = from == slot ? ::fcntl(slot, F_SETFD, 0) : ::dup2(from, slot);
    if (rc == -1) give_up(plan, Step::dup2);
  }
  for (; slot < above; ++slot) ::close(slot);
  if (cloexec_from(above) == -1) give_up(plan, Step::cloexec);
}
//< place

void change_identity(const ExecPlan& plan) noexcept {
  // Groups first, then gid, then uid: after setuid() there would be no right left for the others.
  if (plan.set_groups && set_groups(plan.group_count, plan.groups) == -1) {
    give_up(plan, Step::setgroups);
  }
  if (plan.set_gid && set_gid(plan.gid) == -1) give_up(plan, Step::setgid);
  if (plan.set_uid && set_uid(plan.uid) == -1) give_up(plan, Step::setuid);
}

//> signals
/// Handlers to default *before* the mask is lifted: a signal that came meanwhile waits, blocked, and a
/// handler of the parent's must not run here. execve would reset handlers, but keep what is ignored.
void reset_signals(const ExecPlan& plan) noexcept {
  // 64 calls are a tenth of a spawn. Where the kernel has cleared the handlers, what is left are the
  // classical signals that the parent ignores. Not signal(), which also asks for the old action.
  struct sigaction to_default {};
  to_default.sa_handler = SIG_DFL;
  const int end = plan.handlers_cleared ? 32 : NSIG;
  for (int sig = 1; sig < end; ++sig) {
    if (sig == SIGKILL || sig == SIGSTOP) continue;  // are never anything else
    if (::sigaction(sig, &to_default, nullptr) == -1 && errno != EINVAL) {
      give_up(plan, Step::sigaction);
    }
  }  // EINVAL: the C library's own two
  sigset_t none;
  sigemptyset(&none);
  if (::sigprocmask(SIG_SETMASK, &none, nullptr) == -1) give_up(plan, Step::sigprocmask);
}
//< signals

//> become
/// Tries the candidates in turn, as execvp() does: one that is not there is passed over; one that may
/// not be run is remembered, since "permission denied" helps more than "not found".
[[noreturn]] void become_program(const ExecPlan& plan) noexcept {
  int denied = 0;
  for (const char* const* path = plan.candidates; *path != nullptr; ++path) {
    ::execve(*path, plan.argv, plan.envp);  // returns only to say that it failed
    if (errno == EACCES) denied = EACCES;
    if (errno != EACCES && errno != ENOENT && errno != ENOTDIR) break;
  }
  if (denied != 0 && (errno == ENOENT || errno == ENOTDIR)) errno = denied;
  give_up(plan, Step::execve);
}
//< become

}  // namespace

//> run-child
[[noreturn]] void run_child(ExecPlan& plan) noexcept {
  if (plan.table_is_shared) {  // before anything else: a dup2 now would be the parent's dup2
    const int last = plan.last_source > plan.last_slot ? plan.last_source : plan.last_slot;
    if (unshare_table(last) == -1) give_up(plan, Step::unshare);
  }
  place(plan);
  if (plan.new_session && ::setsid() == -1) give_up(plan, Step::setsid);
  if (plan.new_group && ::setpgid(0, 0) == -1) give_up(plan, Step::setpgid);
  if (plan.cwd != nullptr && ::chdir(plan.cwd) == -1) give_up(plan, Step::chdir);
  if (plan.umask != -1) ::umask(static_cast<mode_t>(plan.umask));
  for (std::size_t i = 0; i < plan.limit_count; ++i) {
    const RLimit& limit = plan.limits[i];
    if (::setrlimit(limit.resource, &limit.value) == -1) give_up(plan, Step::setrlimit);
  }
  change_identity(plan);
  // After it: who becomes another user is no longer killed for who it was.
  if (plan.parent != 0 && die_with(plan.parent) == -1) give_up(plan, Step::prctl);
  reset_signals(plan);
  become_program(plan);
}
//< run-child

int child_main(void* plan) noexcept { run_child(*static_cast<ExecPlan*>(plan)); }

}  // namespace proclab::spawn
