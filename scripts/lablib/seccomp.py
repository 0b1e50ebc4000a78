"""The system calls that a stranger's program does not get, as a BPF program for bwrap --seccomp.

What namespaces leave open: AF_VSOCK reaches the host's hypervisor, io_uring goes around other filters, TIOCSTI types
into a terminal; keys, bpf and perf are the kernel's own. ptrace could stop the sandbox's own pid 1, for whose end the
judge waits; LeakSanitizer would want it, and no stranger's program is built with that. Everything else is allowed: the
sandbox is namespaces, a user of its own, limits and a cgroup. seccomp(2), linux/filter.h.
"""

import errno
import os
import struct

LD, JEQ, JGE, RET = 0x20, 0x15, 0x35, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_JMP|JGE|K, BPF_RET|K
ALLOW, KILL = 0x7FFF0000, 0x80000000
NR, ARCH = 0, 4  # offsets in struct seccomp_data
ARGS = 16

IO_URING = (425, 426, 427)  # the same on all: setup, enter, register
# audit arch, socket, ioctl; refused: bpf perf_event_open userfaultfd add_key request_key keyctl kexec_load ptrace
MACHINES = {
    "x86_64": (0xC000003E, 41, 16, (321, 298, 323, 248, 249, 250, 246, 101)),
    "aarch64": (0xC00000B7, 198, 29, (280, 241, 282, 217, 218, 219, 104, 117)),
}
AF_VSOCK = 40
TIOCSTI, TIOCLINUX = 0x5412, 0x541C


def known():
    return os.uname().machine in MACHINES


def refuse(number):
    return 0x00050000 | number  # SECCOMP_RET_ERRNO


def instruction(code, k, if_true=0, if_false=0):
    return struct.pack("=HBBI", code, if_true, if_false, k)


def program():
    """The filter for this machine, as bytes."""
    arch, socket, ioctl, refused = MACHINES[os.uname().machine]
    code = [instruction(LD, ARCH), instruction(JEQ, arch, 1, 0), instruction(RET, KILL), instruction(LD, NR)]
    code += [instruction(JGE, 0x40000000, 0, 1), instruction(RET, KILL)]  # x32: other numbers for all
    for number in IO_URING:
        code += [instruction(JEQ, number, 0, 1), instruction(RET, refuse(errno.ENOSYS))]
    for number in refused:
        code += [instruction(JEQ, number, 0, 1), instruction(RET, refuse(errno.EPERM))]
    # A 32-bit look at an argument is right on these machines, whose low half comes first.
    code += [instruction(JEQ, socket, 0, 4), instruction(LD, ARGS), instruction(JEQ, AF_VSOCK, 0, 1),
             instruction(RET, refuse(errno.EAFNOSUPPORT)), instruction(RET, ALLOW)]
    code += [instruction(JEQ, ioctl, 0, 4), instruction(LD, ARGS + 8), instruction(JEQ, TIOCSTI, 1, 0),
             instruction(JEQ, TIOCLINUX, 0, 1), instruction(RET, refuse(errno.EPERM))]
    code += [instruction(RET, ALLOW)]
    return b"".join(code)
