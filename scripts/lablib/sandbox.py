"""Where strangers' programs are compiled and run: bubblewrap around it all, under a user, limits and a control
group of its own. One job is one submission's exercise.

The order is what matters. As root: join the group; become the job's user, for ever; take the limits; then bubblewrap's
namespaces, in which there is /usr, the program, an empty directory, and nothing else. Outside stays the judge. The last
of them is tests/lab/begin, which says that the others have done their part: until then no failure is a student's.

Where bubblewrap cannot work, as in most containers, and only when told to: the judge itself becomes the job's user, with
limits. The program can then kill its judge, which is a fault and no mark; it cannot reach the grader or the results.
"""

import fcntl
import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from . import cgroup, judging, processes, seccomp
from .machine import NAMESPACES, can_mount, is_root, mount_tmpfs, namespaces, tool
from .screen import printable

LONGEST_SOURCE = 1 << 20
LONGEST_PROGRAM = 64 << 20
FILTER_FD = 63  # above what an exercise hands to its program
PROCESSES = 64
COMPILE_SECONDS = 60  # on the wall clock; the processor's time is limited, too
CONTROL = """#include <iostream>
#include <unistd.h>
int main() { std::cout << ::getpid(); }
"""


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
    """One exercise of one submission, run as `user`, judged by what is in `build`."""

    def __init__(self, user, build):
        self.uid, self.build = user.uid, Path(build)
        self.folder = Path(tempfile.mkdtemp(prefix="lab-job-"))
        self.lock = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.folder.chmod(0o711)

    def __enter__(self):
        try:
            return self.prepare()
        except OSError:
            remove_folder(self.folder)
            os.close(self.lock)
            raise

    def prepare(self):
        for name, mode in (("src", 0o755), ("out", 0o700), ("bin", 0o755), ("tmp", 0o711)):
            (self.folder / name).mkdir(mode=mode)
        if is_root():
            # What the program writes into its current directory cannot fill a disk.
            if can_mount() and not mount_tmpfs(self.folder / "tmp"):
                raise OSError("no tmpfs could be mounted")
            os.chown(self.folder / "out", self.uid, self.uid)
            if not namespaces():
                os.chown(self.folder / "tmp", self.uid, self.uid)  # there the judge is that user, too
        copy_plain(self.build / "bin/lab_begin", self.folder / "begin", LONGEST_PROGRAM, 0o755)
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
            subprocess.run([tool("setpriv"), f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups",
                            "bash", "-c", "kill -KILL -1"], stderr=subprocess.DEVNULL, check=False)
        return self.group.empty()

    def limits(self, cpu, file_size):
        """The group, the user and the limits; whoever is started behind these words cannot get rid of them."""
        joins = "".join(f'echo 0 >"{folder}/cgroup.procs" || exit 125; ' for folder in self.group.folders)
        user = [f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups"] if is_root() else []
        # Without a user of its own, a job shares the count with all that this user runs.
        most = PROCESSES if is_root() else PROCESSES + processes.count_of(os.getuid())
        opens = f'{FILTER_FD}<"{self.folder}/filter"' if namespaces() else ""
        return [tool("bash"), "-c", f'{joins}exec "$@" {opens}', "lab",
                tool("setpriv"), *user, "--no-new-privs", "--pdeathsig", "KILL",
                tool("prlimit"), f"--nproc={most}", "--nofile=128", f"--cpu={cpu}:{cpu + 1}", f"--fsize={file_size}",
                "--core=0", "--memlock=65536", "--msgqueue=0"]

    def wrap(self, *binds, begun, cpu=12, file_size=32 << 20):
        """The words before a command that make it harmless. When all of them have done their part, tests/lab/begin
        says so on the descriptor `begun`."""
        begin = str(self.folder / "begin")
        inside = [tool("bwrap"), *NAMESPACES, "--seccomp", str(FILTER_FD), "--ro-bind", begin, begin, *binds,
                  "--remount-ro", "/", "--"] if namespaces() else []
        return [*self.limits(cpu, file_size), *inside, begin, begun]

    def compile(self, source, name):
        """(the program or None, what the compiler said). The compiler is caged, too: a source may include what
        it likes, and finds nothing."""
        copied, out, program = (self.folder / p for p in (f"src/{name}.cpp", f"out/{name}", f"bin/{name}"))
        copy_plain(source, copied, LONGEST_SOURCE, 0o644)
        code, said = self.run_compiler(copied, out)
        if code != 0:
            self.try_compiler()
            return None, said if code is not None else said + "\nThe compiler took too long.\n"
        copy_plain(out, program, LONGEST_PROGRAM, 0o755)
        return program, said

    def run_compiler(self, source, out):
        """(exit code, what it said); code None: it took too long."""
        src, into = str(source.parent), str(out.parent)
        ours, theirs = os.pipe()
        os.set_blocking(ours, False)
        with os.fdopen(ours, "rb", buffering=0) as report:
            try:
                # No terminal to be included, and waited for.
                wrap = self.wrap("--ro-bind", src, src, "--bind", into, into, "--tmpfs", "/dev/pts", "--chdir", src,
                                 begun=str(theirs), cpu=20, file_size=LONGEST_PROGRAM)
                code, said = processes.run_limited(
                    [*wrap, judging.COMPILER, *judging.FLAGS, "-fmax-errors=20", "-o", str(out), source.name],
                    COMPILE_SECONDS * judging.patience(), cwd=source.parent, env=judging.BARE, pass_fds=(theirs,))
            finally:
                os.close(theirs)
            said = printable(said, "\n\t")  # who chooses the source can choose the compiler's words, too
            if not report.read(8):
                raise OSError("the sandbox did not start the compiler: " + said.strip())
        if not self.empty():
            raise OSError("the compiler could not be ended")
        self.group = cgroup.Group(self.folder.name)  # its limits again
        return code, said

    def try_compiler(self):
        """One source does not compile. Does any? A full disk or a missing header is no mistake of a student's."""
        control = self.folder / "src/control.cpp"
        control.write_text(CONTROL)
        code, said = self.run_compiler(control, self.folder / "out/control")
        if code != 0:
            raise OSError("nothing compiles here: " + said.strip())

    def judge(self, exercise, source, **how):
        """The ExerciseResult of a stranger's source."""
        program, said = self.compile(source, exercise.name)
        if program is None:
            return judging.all_failed(exercise, "compile", said)
        folder, build = str(program.parent), self.build
        if namespaces():
            how["wrap"] = self.wrap("--ro-bind", folder, folder, "--bind", "{folder}", "/box", "--chdir", "/box",
                                    begun="{begun}")
        else:
            how["before"] = self.limits(40, 64 << 20)  # of file size what the judge gives each program, and no less
            # That user may run the judge, and not read what it asks.
            copy_plain(exercise.judge(build), exercise.judge(self.folder), LONGEST_PROGRAM, 0o711)
            build = self.folder
        result = judging.judge(exercise, program, build, folder=self.folder / "tmp", **how)
        result.compiler = said
        return result
