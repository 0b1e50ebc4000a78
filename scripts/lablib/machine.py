"""What this machine can do to keep a stranger's program in, asked by trying."""

import functools
import os
import shutil
import subprocess
import tempfile

from . import cgroup, processes, seccomp
from .screen import printable

FIRST_UID = 200_000  # no account has these; one job, one user: a fork bomb starves itself alone
TRIAL_UID = FIRST_UID - 1
TOOLS = ("setpriv", "prlimit", "bash")
SYSTEM = ("--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives",
          "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin",
          "--proc", "/proc", "--dev", "/dev")
NAMESPACES = ("--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent", "--new-session",
              "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "lab", "--clearenv",
              "--setenv", "PATH", "/usr/bin", "--setenv", "HOME", "/tmp", "--setenv", "LANG", "C.UTF-8",
              *SYSTEM, "--size", str(64 << 20), "--tmpfs", "/tmp", "--size", str(16 << 20), "--tmpfs", "/dev/shm")


def is_root():
    return os.geteuid() == 0


@functools.cache
def tool(name):
    """Its whole path: who is started with another PATH finds it, too."""
    return shutil.which(name) or name


@functools.cache
def no_namespaces():
    """What keeps bubblewrap from its work, as in most containers; "": nothing."""
    if not seccomp.known():
        return "a seccomp filter for " + os.uname().machine
    if not shutil.which("bwrap"):
        return "bwrap"
    user = [tool("setpriv"), f"--reuid={TRIAL_UID}", "--clear-groups"] if is_root() else []
    code, said = processes.run_limited([*user, tool("bwrap"), *NAMESPACES, "--", "true"], 60, cwd="/")
    processes.reap_adopted()  # the init of the namespace
    if code == 0:
        return ""
    last = said.strip().split("\n")[-1] or ("it does not end" if code is None else f"it ends with {code}")
    return f"a bwrap that works ({printable(last)})"


def namespaces():
    return not no_namespaces()


@functools.cache
def can_mount():
    if not is_root():
        return False
    with tempfile.TemporaryDirectory(prefix="lab-") as place:
        mounted = mount_tmpfs(place)
        if mounted:
            subprocess.run(["umount", "-l", place], check=False)
        return mounted


def mount_tmpfs(place, size=64 << 20, mode="711"):
    """False: this container's root may not."""
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode={mode}", "lab", place],
                          stderr=subprocess.DEVNULL, check=False).returncode == 0


def missing():
    """What this machine lacks for a sandbox that holds; empty: nothing."""
    lacks = [name for name in TOOLS if not shutil.which(name)]
    if not lacks and no_namespaces():
        lacks.append(no_namespaces())
    if not is_root():
        lacks.append("root")
    elif not can_mount():
        lacks.append("the right to mount")
    if not cgroup.limits_hold():
        lacks.append("a writable cgroup with pids and memory")
    return lacks


def possible():
    """Whether there is anything at all between a program and this user: namespaces, or another user."""
    return all(map(shutil.which, TOOLS)) and (namespaces() or is_root())
