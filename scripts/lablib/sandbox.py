"""Where strangers' programs are compiled and run: bubblewrap around it all, under a user, limits and a control
group of its own. One job is one submission's exercise.

The order is what matters. As root: join the group; become the job's user, for ever; take the limits; then bubblewrap's
namespaces, in which there is /usr, the program, an empty directory, and nothing else. Outside stays the judge.
"""

import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from . import cgroup, judging, processes, seccomp

FIRST_UID = 200_000  # no account has these; one job, one user: a fork bomb starves itself alone
LONGEST_SOURCE = 1 << 20
LONGEST_PROGRAM = 64 << 20
FILTER_FD = 63  # above what an exercise hands to its program
TOOLS = ("bwrap", "setpriv", "prlimit", "bash")


def missing():
    """What this machine lacks for a sandbox that holds; empty: nothing."""
    lacks = [tool for tool in TOOLS if not shutil.which(tool)]
    if os.geteuid() != 0:
        lacks.append("root")
    if not seccomp.known():
        lacks.append("a seccomp filter for " + os.uname().machine)
    if set(cgroup.homes()) != {"pids", "memory"}:
        lacks.append("a writable cgroup with pids and memory")
    return lacks


class Refused(Exception):
    """A submission's file is not one that can be taken: a link, a pipe, too long."""


def copy_plain(source, target, longest, mode):
    """Copies a plain file. A link is not followed, and a pipe or device not opened for long."""
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        info = os.fstat(file.fileno())
        if not stat.S_ISREG(info.st_mode) or info.st_size > longest:
            raise Refused(f"{source.name}: no plain file, or longer than {longest} bytes")
        target.write_bytes(file.read(longest))
    target.chmod(mode)


class Job:
    """One exercise of one submission. `slot` tells jobs that run at the same time apart."""

    def __init__(self, slot=0):
        self.uid = FIRST_UID + slot
        self.folder = Path(tempfile.mkdtemp(prefix="lab-job-"))
        self.folder.chmod(0o711)
        self.mounted = False

    def __enter__(self):
        for name, mode in (("src", 0o755), ("out", 0o700), ("bin", 0o755), ("tmp", 0o711)):
            (self.folder / name).mkdir(mode=mode)
        os.chown(self.folder / "out", self.uid, self.uid)
        # What the program writes into its current directory cannot fill a disk.
        self.mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m,mode=711", "lab",
                                       self.folder / "tmp"], stderr=subprocess.DEVNULL).returncode == 0
        (self.folder / "filter").write_bytes(seccomp.program())
        self.group = cgroup.Group(self.folder.name)
        return self

    def __exit__(self, *_):
        self.group.remove()
        processes.reap_adopted()
        if self.mounted:
            subprocess.run(["umount", "-l", self.folder / "tmp"], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def wrap(self, *binds, cpu=4, file_size=32 << 20):
        """The words before a command that make it harmless."""
        joins = "".join(f'echo 0 >"{folder}/cgroup.procs" || exit 125; ' for folder in self.group.folders)
        outer = ["bash", "-c", f'{joins}exec "$@" {FILTER_FD}<"{self.folder}/filter"', "lab",
                 "setpriv", f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups", "--no-new-privs",
                 "prlimit", "--nproc=64", "--nofile=128", f"--cpu={cpu}:{cpu + 1}", f"--fsize={file_size}",
                 "--core=0", "--memlock=65536", "--msgqueue=0"]
        inner = ["bwrap", "--unshare-user", "--unshare-all", "--disable-userns", "--new-session",
                 "--cap-drop", "ALL", "--seccomp", str(FILTER_FD), "--uid", "65534", "--gid", "65534",
                 "--hostname", "lab", "--clearenv", "--setenv", "PATH", "/usr/bin", "--setenv", "HOME", "/tmp",
                 "--setenv", "LANG", "C.UTF-8", "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib",
                 "--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin", "--proc", "/proc",
                 "--dev", "/dev", "--size", str(64 << 20), "--tmpfs", "/tmp", "--size", str(16 << 20),
                 "--tmpfs", "/dev/shm"]
        return [*outer, *inner, *binds, "--remount-ro", "/", "--"]

    def compile(self, source, name):
        """(the program or None, what the compiler said). The compiler is caged, too: a source may include what
        it likes, and finds nothing."""
        copied, out, program = (self.folder / p for p in (f"src/{name}.cpp", f"out/{name}", f"bin/{name}"))
        copy_plain(source, copied, LONGEST_SOURCE, 0o644)
        src, into = str(copied.parent), str(out.parent)
        wrap = self.wrap("--ro-bind", src, src, "--bind", into, into, "--chdir", src, cpu=20,
                         file_size=LONGEST_PROGRAM)
        code, said = processes.run_limited(
            [*wrap, judging.COMPILER, *judging.FLAGS, "-fmax-errors=20", "-o", str(out), copied.name],
            judging.COMPILE_SECONDS, cwd="/")
        if not self.group.empty():
            raise OSError("the compiler could not be ended")
        self.group = cgroup.Group(self.folder.name)  # its limits again
        if code != 0:
            return None, said if code is not None else said + "\nThe compiler took too long.\n"
        copy_plain(out, program, LONGEST_PROGRAM, 0o755)
        return program, said

    def judge(self, exercise, source, build, **how):
        """The ExerciseResult of a stranger's source."""
        program, said = self.compile(source, exercise.name)
        if program is None:
            return judging.all_failed(exercise, "compile", said)
        folder = str(program.parent)
        wrap = self.wrap("--ro-bind", folder, folder, "--bind", "{folder}", "/box", "--chdir", "/box")
        result = judging.judge(exercise, program, build, wrap=wrap, folder=self.folder / "tmp", **how)
        result.compiler = said
        return result
