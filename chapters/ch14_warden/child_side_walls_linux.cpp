// Chapter 14 · warden: what is done inside the new namespaces, before the program. Async-signal-safe.
//
// Read child_side_linux.cpp first. Meets: mount, mount_setattr(2) (Linux 5.12), ioctl(SIOCSIFFLAGS),
// prctl(PR_CAPBSET_DROP), capset.
#include "chapters/ch14_warden/child_side_linux.h"

#include <cerrno>

#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace proclab::warden {
namespace {

constexpr unsigned long kPlain = MS_NOSUID | MS_NODEV;

/// Every mount that is there, in one call. mount(MS_REMOUNT) takes one at a time, and misses some.
bool all_read_only() noexcept {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID;
  return ::syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &attributes,
                   sizeof attributes) == 0;
}

}  // namespace

//> mounts
bool build_mounts(const Ward& ward, Step& step) noexcept {
  step = Step::mounts;  // or what we mount here would appear outside as well
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == -1) return false;
  step = Step::read_only;
  if (ward.read_only && !all_read_only()) return false;
  step = Step::proc;
  // The old one would still show, and for root still steer, all that is outside. Read-only: uid 0 owns
  // /proc/sys, and an owner needs no capability to write.
  if (ward.proc &&
      ::mount("proc", "/proc", "proc", kPlain | MS_NOEXEC | MS_RDONLY, nullptr) == -1) {
    return false;
  }
  step = Step::tmp;
  if (!ward.read_only) return true;
  if (::mount("tmpfs", "/tmp", "tmpfs", kPlain, "size=64m,mode=1777") == -1) return false;
  return ::mount("tmpfs", "/dev/shm", "tmpfs", kPlain, "size=16m,mode=1777") == 0 ||
         errno == ENOENT;
}
//< mounts

bool raise_loopback() noexcept {
  const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any == -1) return false;
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const int rc = ::ioctl(any, SIOCSIFFLAGS, &request);
  ::close(any);
  return rc == 0;
}

//> capabilities
/// Taken from the bounding set, they are not to be had by any execve() any more, not even by root's. Who
/// has no right to take (EPERM) has nothing to lose: no_new_privs keeps it so.
bool drop_capabilities() noexcept {
  for (unsigned long which = 0; ::prctl(PR_CAPBSET_READ, which, 0, 0, 0) >= 0; ++which) {
    if (::prctl(PR_CAPBSET_DROP, which, 0, 0, 0) == -1) return errno == EPERM;
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  // What is inheritable would outlive execve() as root. The others are still needed, for setuid().
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  if (::syscall(SYS_capget, &header, data) == -1) return false;
  data[0].inheritable = data[1].inheritable = 0;
  return ::syscall(SYS_capset, &header, data) == 0;
}
//< capabilities

}  // namespace proclab::warden
