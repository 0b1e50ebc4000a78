// Chapter 14 · warden: the filter, instruction by instruction. Read seccomp_linux.h first.
//
// Classical BPF has one accumulator, loads from a small structure (which call, on which machine, six
// arguments), jumps forward, and returns a verdict. A jump of 0 goes to the next line. Meets: seccomp_data.
#include "chapters/ch14_warden/seccomp_linux.h"

#include <cerrno>
#include <cstddef>

#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

namespace proclab::warden {
namespace {

constexpr Refused kRefused[] = {
    {"keyctl", SYS_keyctl},
    {"add_key", SYS_add_key},
    {"request_key", SYS_request_key},
    {"bpf", SYS_bpf},
    {"perf_event_open", SYS_perf_event_open},
    {"userfaultfd", SYS_userfaultfd},
    {"io_uring_setup", SYS_io_uring_setup},
    {"io_uring_enter", SYS_io_uring_enter},
    {"io_uring_register", SYS_io_uring_register},
    {"mount", SYS_mount},
    {"umount2", SYS_umount2},
    {"pivot_root", SYS_pivot_root},
    {"chroot", SYS_chroot},
    {"open_tree", SYS_open_tree},
    {"move_mount", SYS_move_mount},
    {"fsopen", SYS_fsopen},
    {"mount_setattr", SYS_mount_setattr},
    {"unshare", SYS_unshare},
    {"setns", SYS_setns},
    {"open_by_handle_at", SYS_open_by_handle_at},
    {"init_module", SYS_init_module},
    {"finit_module", SYS_finit_module},
    {"delete_module", SYS_delete_module},
    {"kexec_load", SYS_kexec_load},
    {"reboot", SYS_reboot},
    {"swapon", SYS_swapon},
    {"swapoff", SYS_swapoff},
    {"acct", SYS_acct},
    {"settimeofday", SYS_settimeofday},
    {"clock_settime", SYS_clock_settime},
    {"clock_adjtime", SYS_clock_adjtime},
    {"adjtimex", SYS_adjtimex},
};

constexpr unsigned kNewNamespace = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                   CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
constexpr unsigned kRefuse = SECCOMP_RET_ERRNO | EPERM;

#if defined(__x86_64__)
constexpr unsigned kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kMachine = AUDIT_ARCH_AARCH64;
#else
constexpr unsigned kMachine = 0;  // make_filter() is empty there
#endif

sock_filter load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset));
}
/// The low half of an argument: all of it for what is an int or an unsigned to the kernel.
sock_filter load_argument(int which) { return load(offsetof(seccomp_data, args) + 8U * which); }
sock_filter verdict(unsigned value) { return BPF_STMT(BPF_RET | BPF_K, value); }
sock_filter unless_equal_skip(unsigned value, unsigned char skip) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip);
}

}  // namespace

std::span<const Refused> refused_calls() noexcept { return kRefused; }

//> filter
std::vector<sock_filter> make_filter() {
  if (kMachine == 0) return {};
  std::vector<sock_filter> code;
  const auto add = [&](std::initializer_list<sock_filter> lines) {
    code.insert(code.end(), lines);
  };
  // The same number is another call on another machine, and a 64-bit kernel answers both.
  add({load(offsetof(seccomp_data, arch)), unless_equal_skip(kMachine, 1),
       BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0), verdict(SECCOMP_RET_KILL_PROCESS)});
  add({load(offsetof(seccomp_data, nr)),
       BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),  // x32's numbers
       verdict(SECCOMP_RET_KILL_PROCESS)});
  for (const Refused& call : kRefused) {
    add({unless_equal_skip(static_cast<unsigned>(call.number), 1), verdict(kRefuse)});
  }
  add({unless_equal_skip(SYS_clone3, 1), verdict(SECCOMP_RET_ERRNO | ENOSYS)});
  // From here on the arguments count. Each block loads one, so it ends in a verdict.
  add({unless_equal_skip(SYS_clone, 4), load_argument(0),
       BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kNewNamespace, 0, 1), verdict(kRefuse),
       verdict(SECCOMP_RET_ALLOW)});
  add({unless_equal_skip(SYS_socket, 4), load_argument(0), unless_equal_skip(AF_VSOCK, 1),
       verdict(kRefuse), verdict(SECCOMP_RET_ALLOW)});
  add({unless_equal_skip(SYS_ioctl, 5), load_argument(1), unless_equal_skip(TIOCSTI, 1),
       verdict(kRefuse), unless_equal_skip(TIOCLINUX, 1), verdict(kRefuse)});
  add({verdict(SECCOMP_RET_ALLOW)});
  return code;
}
//< filter

}  // namespace proclab::warden
