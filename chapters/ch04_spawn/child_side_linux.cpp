// Chapter 4 · spawn: what the child does with Linux's own calls: a whole descriptor table at once, and
// an identity without the C library's help.
//
// Read before: child_side_posix.cpp. Meets: prctl(PR_SET_PDEATHSIG); close_range(2), Linux 5.9; its
// CLOEXEC flag, 5.11. Raw, because glibc has a wrapper only since 2.34.
#include <cerrno>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "chapters/ch04_spawn/child_side_posix.h"

namespace proclab::spawn {

//> unshare
int unshare_table(int last) noexcept {
  // With CLONE_FILES the child began with the parent's very table, at no cost. UNSHARE copies it now,
  // and since all above `last` would be closed in the copy, the kernel does not copy that part at all:
  // a parent with 10,000 descriptors pays for the few that its child needs.
  const unsigned from = static_cast<unsigned>(last) + 1U;
  const unsigned flags = CLOSE_RANGE_UNSHARE;
  if (::syscall(SYS_close_range, from, ~0U, flags) == 0) return 0;
  // Before Linux 5.9, or in a sandbox that does not know the call: copy it all.
  if (errno != ENOSYS && errno != EPERM) return -1;
  return static_cast<int>(::syscall(SYS_unshare, CLONE_FILES));
}
//< unshare

int cloexec_from(int first) noexcept {
  // Marked, not closed: the report pipe must live until execve has worked.
  const unsigned from = static_cast<unsigned>(first);
  if (::syscall(SYS_close_range, from, ~0U, static_cast<unsigned>(CLOSE_RANGE_CLOEXEC)) == 0) {
    return 0;
  }
  if (errno != ENOSYS && errno != EINVAL && errno != EPERM) return -1;
  // An older kernel: one by one, up to a limit that is a number and not 10⁹.
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) == -1) return -1;
  const rlim_t end = limit.rlim_cur < (1U << 20) ? limit.rlim_cur : (1U << 20);
  for (unsigned fd = from; fd < end; ++fd) ::fcntl(static_cast<int>(fd), F_SETFD, FD_CLOEXEC);
  return 0;
}

// These numbers are right where ids have 32 bits from the start: x86-64, arm64, riscv64. 32-bit x86
// and arm have SYS_setuid32 and so on.
int set_groups(std::size_t count, const gid_t* groups) noexcept {
  return static_cast<int>(::syscall(SYS_setgroups, count, groups));
}

int set_gid(gid_t gid) noexcept { return static_cast<int>(::syscall(SYS_setgid, gid)); }

int set_uid(uid_t uid) noexcept { return static_cast<int>(::syscall(SYS_setuid, uid)); }

//> die-with
int die_with(pid_t parent) noexcept {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) == -1) return -1;
  // It is a promise about the future: a parent that was killed before the call is not told of any more.
  // But then somebody has adopted us. 0 is a parent outside of our pid namespace, whom nobody here knows.
  const pid_t now = ::getppid();
  if (now != parent && now != 0) ::kill(::getpid(), SIGKILL);
  return 0;
}
//< die-with

}  // namespace proclab::spawn
