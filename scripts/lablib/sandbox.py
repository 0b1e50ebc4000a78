"""Where strangers' programs are compiled and run: bubblewrap around it all, under a user, limits and a control
group of its own. One job is one submission's exercise.

The order is what matters. As root: join the group; become the job's user, for ever; take the limits; then bubblewrap's
namespaces, in which there is /usr, the program, an empty directory, and nothing else. Outside stays the judge.

Where bubblewrap cannot work, as in most containers, and only when told to: the judge itself becomes the job's user, with
limits. The program can then kill its judge, which is a fault and no mark; it cannot reach the grader or the results.
"""

import fcntl
import functools
import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from . import cgroup, judging, processes, seccomp
from .screen import printable

FIRST_UID = 200_000  # no account has these; one job, one user: a fork bomb starves itself alone
LONGEST_SOURCE = 1 << 20
LONGEST_PROGRAM = 64 << 20
FILTER_FD = 63  # above what an exercise hands to its program
PROCESSES = 64
TOOLS = ("setpriv", "prlimit", "bash")
NAMESPACES = ("bwrap", "--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent", "--new-session",
              "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "lab", "--clearenv",
              "--setenv", "PATH", "/usr/bin", "--setenv", "HOME", "/tmp", "--setenv", "LANG", "C.UTF-8",
              "--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives",
              "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
              "--symlink", "usr/bin", "/bin", "--proc", "/proc", "--dev", "/dev",
              "--size", str(64 << 20), "--tmpfs", "/tmp", "--size", str(16 << 20), "--tmpfs", "/dev/shm")


def is_root():
    return os.geteuid() == 0


@functools.cache
def namespaces():
    """Whether bubblewrap is here and may do its work: a container often forbids it."""
    if not shutil.which("bwrap") or not seccomp.known():
        return False
    user = ["setpriv", f"--reuid={FIRST_UID}", "--clear-groups"] if is_root() else []
    return subprocess.run([*user, *NAMESPACES, "--", "true"], cwd="/", stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def missing():
    """What this machine lacks for a sandbox that holds; empty: nothing."""
    lacks = [tool for tool in TOOLS if not shutil.which(tool)]
    if not seccomp.known():
        lacks.append("a seccomp filter for " + os.uname().machine)
    elif not lacks and not namespaces():
        lacks.append("a bwrap that works")
    if not is_root():
        lacks.append("root")
    if set(cgroup.homes()) != {"pids", "memory"}:
        lacks.append("a writable cgroup with pids and memory")
    return lacks


def possible():
    """Whether there is anything at all between a program and this user: namespaces, or another user."""
    return all(map(shutil.which, TOOLS)) and (namespaces() or is_root())


class Refused(Exception):
    """A submission's file is not one that can be taken: a link, a pipe, too long."""


def read_plain(path, longest):
    """The bytes of a plain file. A link is not followed, and a pipe or device not opened for long."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        info = os.fstat(file.fileno())
        if not stat.S_ISREG(info.st_mode) or info.st_size > longest:
            raise Refused(f"{path.name}: no plain file, or longer than {longest} bytes")
        return file.read(longest)


def copy_plain(source, target, longest, mode):
    target.write_bytes(read_plain(source, longest))
    target.chmod(mode)


def clean_up():
    """Takes away what killed graders have left: their folders, their mounts, their groups. Whoever lives holds a
    lock on its folder."""
    for folder in Path(tempfile.gettempdir()).glob("lab-job-*"):
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue  # it is gone, or somebody else's
        try:
            if os.fstat(descriptor).st_uid == os.geteuid():
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                cgroup.Group(folder.name).remove()
                remove_folder(folder)
        except BlockingIOError:
            pass  # its grader lives
        finally:
            os.close(descriptor)


def remove_folder(folder):
    if os.path.ismount(folder / "tmp"):
        subprocess.run(["umount", "-l", folder / "tmp"], check=False)
    shutil.rmtree(folder, ignore_errors=True)


class Job:
    """One exercise of one submission. `slot` tells jobs that run at the same time apart."""

    def __init__(self, slot=0):
        self.uid = FIRST_UID + slot
        self.folder = Path(tempfile.mkdtemp(prefix="lab-job-"))
        self.lock = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.folder.chmod(0o711)

    def __enter__(self):
        for name, mode in (("src", 0o755), ("out", 0o700), ("bin", 0o755), ("tmp", 0o711)):
            (self.folder / name).mkdir(mode=mode)
        if is_root():
            # What the program writes into its current directory cannot fill a disk.
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m,mode=711", "lab", self.folder / "tmp"],
                           stderr=subprocess.DEVNULL, check=False)
            os.chown(self.folder / "out", self.uid, self.uid)
            if not namespaces():
                os.chown(self.folder / "tmp", self.uid, self.uid)  # there the judge is that user, too
        (self.folder / "filter").write_bytes(seccomp.program() if seccomp.known() else b"")
        self.group = cgroup.Group(self.folder.name)
        return self

    def __exit__(self, *_):
        self.empty()
        self.group.remove()
        processes.reap_adopted()
        remove_folder(self.folder)
        os.close(self.lock)

    def empty(self):
        """Ends all that the job has started. False: somebody could not be ended."""
        if is_root() and not self.group.folders:  # a user's kill(-1) reaches all of that user, in one call
            subprocess.run(["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups", "bash", "-c",
                            "kill -KILL -1"], stderr=subprocess.DEVNULL, check=False)
        return self.group.empty()

    def limits(self, cpu, file_size):
        """The group, the user and the limits; whoever is started behind these words cannot get rid of them."""
        joins = "".join(f'echo 0 >"{folder}/cgroup.procs" || exit 125; ' for folder in self.group.folders)
        user = [f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups"] if is_root() else []
        # Without a user of its own, a job shares the count with all that this user runs.
        most = PROCESSES if is_root() else PROCESSES + processes.count_of(os.getuid())
        opens = f'{FILTER_FD}<"{self.folder}/filter"' if namespaces() else ""
        return ["bash", "-c", f'{joins}exec "$@" {opens}', "lab",
                "setpriv", *user, "--no-new-privs", "--pdeathsig", "KILL",
                "prlimit", f"--nproc={most}", "--nofile=128", f"--cpu={cpu}:{cpu + 1}", f"--fsize={file_size}",
                "--core=0", "--memlock=65536", "--msgqueue=0"]

    def wrap(self, *binds, cpu=4, file_size=32 << 20):
        """The words before a command that make it harmless."""
        inside = [*NAMESPACES, "--seccomp", str(FILTER_FD), *binds, "--remount-ro", "/", "--"] if namespaces() else []
        return [*self.limits(cpu, file_size), *inside]

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
            judging.COMPILE_SECONDS, cwd=copied.parent, env=judging.BARE)
        if not self.empty():
            raise OSError("the compiler could not be ended")
        self.group = cgroup.Group(self.folder.name)  # its limits again
        said = printable(said, "\n\t")  # who chooses the source can choose the compiler's words, too
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
        if namespaces():
            how["wrap"] = self.wrap("--ro-bind", folder, folder, "--bind", "{folder}", "/box", "--chdir", "/box")
        else:
            how["before"] = self.limits(20, 32 << 20)
        result = judging.judge(exercise, program, build, folder=self.folder / "tmp", **how)
        result.compiler = said
        return result
