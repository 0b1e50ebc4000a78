// Chapter 4 · spawn: the same as child_side_linux.cpp where there is no close_range. Compiled, not run.
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch04_spawn/child_side_posix.h"

namespace proclab::spawn {

// No CLONE_FILES there: the table is the child's own already.
int unshare_table(int) noexcept { return 0; }

int cloexec_from(int first) noexcept {
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) == -1) return -1;
  const rlim_t end = limit.rlim_cur < (1U << 20) ? limit.rlim_cur : (1U << 20);
  for (int fd = first; fd < static_cast<int>(end); ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return 0;
}

int set_groups(std::size_t count, const gid_t* groups) noexcept {
  return ::setgroups(static_cast<int>(count), groups);
}

int set_gid(gid_t gid) noexcept { return ::setgid(gid); }

int set_uid(uid_t uid) noexcept { return ::setuid(uid); }

int die_with(pid_t) noexcept {
  errno = ENOTSUP;
  return -1;
}

}  // namespace proclab::spawn
