// Chapter 14 · warden: the code between clone() and execve(). Read launch_linux.cpp first.
//
// In a pid namespace it becomes two: pid 1, which is ours, and the program, which is pid 2. Only
// async-signal-safe calls, as chapter 4 says. Meets: prctl, waitpid, seccomp.
#include "chapters/ch14_warden/child_side_linux.h"

#include <cerrno>

#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace proclab::warden {
namespace {

[[noreturn]] void give_up(const Ward& ward, Step step) noexcept {
  const spawn::ChildFailure why{static_cast<spawn::Step>(step), errno};
  while (::write(ward.plan->report_fd, &why, sizeof why) == -1 && errno == EINTR) {
  }
  ::_exit(127);
}

//> init
/// Pid 1 of the namespace: reaps whatever is orphaned, tells how the command ended, and stays, so that
/// the warden outside can look who is left. When it is killed, the kernel kills all the others. Every
/// signal stays blocked; and as it cannot be traced, its word cannot be forged.
[[noreturn]] void be_init(int status_fd, pid_t command) noexcept {
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (::dup2(status_fd, 0) == -1) ::_exit(127);
  // Also the program's pipes: or its reader would see them open for as long as we live.
  if (::syscall(SYS_close_range, 1U, ~0U, 0U) == -1) ::_exit(127);
  for (;;) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, __WALL);
    if (ended == command && ::write(0, &status, sizeof status) == -1) ::_exit(127);
    if (ended == -1 && errno == ECHILD) ::pause();
  }
}
//< init

void start_init(const Ward& ward) noexcept {
  const long command = ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (command == -1) give_up(ward, Step::fork);
  if (command > 0) be_init(ward.status_fd, static_cast<pid_t>(command));
}

//> identity
/// run_child() could change the identity too, but what must come after that could then not come here: the
/// kernel forgets PDEATHSIG when the user changes, and a filter must be the last thing of all.
void change_identity(const Ward& ward) noexcept {
  const spawn::ExecPlan& plan = *ward.plan;
  if (ward.set_groups && spawn::set_groups(plan.group_count, plan.groups) == -1) {
    give_up(ward, Step::setgroups);
  }
  if (ward.set_gid && spawn::set_gid(plan.gid) == -1) give_up(ward, Step::setgid);
  if (ward.set_uid && spawn::set_uid(plan.uid) == -1) give_up(ward, Step::setuid);
}
//< identity

}  // namespace

//> run-ward
[[noreturn]] void run_ward(Ward& ward) noexcept {
  // First of all: the warden may be killed from here on, at any moment. If that came before this line,
  // there is nobody who could say "go".
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  char go = 0;
  ssize_t got = 0;
  while ((got = ::read(ward.go_fd, &go, 1)) == -1 && errno == EINTR) {
  }
  if (got != 1) give_up(ward, Step::go);
  if (ward.loopback && !raise_loopback()) give_up(ward, Step::loopback);
  Step step = Step::mounts;
  if (ward.mounts && !build_mounts(ward, step)) give_up(ward, step);
  if (ward.status_fd != -1) start_init(ward);  // the program comes back from it; pid 1 does not

  if (!drop_capabilities()) give_up(ward, Step::capabilities);
  change_identity(ward);
  if (ward.status_fd == -1) ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);  // once more: see above
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) give_up(ward, Step::no_new_privs);
  // What run_child() calls from here on, the filter lets through.
  if (ward.filter != nullptr &&
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ward.filter, 0, 0) == -1) {
    give_up(ward, Step::seccomp);
  }
  spawn::run_child(*ward.plan);
}
//< run-ward

}  // namespace proclab::warden
