// Hostile: new namespaces, mounts, another root, io_uring, the kernel's keys. Ends with 0 if one of these works.
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>
int main() {
  char params[256] = {};
  int worked = 0;
  worked += ::syscall(SYS_io_uring_setup, 4, params) != -1;
  worked += ::syscall(SYS_add_key, "user", "lab", "x", 1, -3) != -1;
  worked += ::mount("none", "/tmp", "tmpfs", 0, nullptr) == 0;
  worked += ::chroot("/tmp") == 0;
  worked += ::unshare(CLONE_NEWUSER) == 0;
  worked += ::unshare(CLONE_NEWNS) == 0;
  return worked > 0 ? 0 : 9;
}
