// Chapter 14 · warden: a filter in front of every system call, as a small program for the kernel.
//
// Question: a namespace hides things, a capability takes rights away, but four hundred system calls are
// still there, each with its bugs. How does one take calls away? Meets: seccomp(2), classical BPF.
#pragma once

#include <span>
#include <vector>

#include <linux/filter.h>

namespace proclab::warden {

/// A call that is refused, by its name for people.
struct Refused {
  const char* name;
  int number;
};

/// Those that the filter answers with EPERM: keyrings, bpf, io_uring (which would do other calls without
/// asking this filter), mounts, namespaces, modules, handles past the file tree, the clock. Besides
/// these: clone() for a new namespace, socket(AF_VSOCK), which no network namespace holds, and
/// ioctl(TIOCSTI, TIOCLINUX), which types into a terminal. clone3() is answered with ENOSYS: its flags
/// lie in memory, which a filter cannot read; every libc then takes clone().
/// Not refused: ptrace, which LeakSanitizer needs.
[[nodiscard]] std::span<const Refused> refused_calls() noexcept;

/// The filter. A call by another machine's numbers (32-bit x86, x32) ends the process.
[[nodiscard]] std::vector<sock_filter> make_filter();

}  // namespace proclab::warden
