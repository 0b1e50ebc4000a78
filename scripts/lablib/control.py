"""`lab hostile --control`: does each hostile program do its harm to a grader that takes no care? Else nothing is proved
by a sandbox in which it does none.

The careless grader (tests/lab/careless) and all that it starts live in namespaces, a control group and a little disk of
their own. These keep the harm from this machine, and are wider than the sandbox's walls: what breaks one of those, is
seen.
"""

import fcntl
import os
import pty
import secrets
import shutil
import signal
import subprocess
import tempfile
import termios
import time
from pathlib import Path

from . import cgroup, judging, processes
from .catalog import ROOT
from .machine import SYSTEM, mount_tmpfs, tool

CARELESS = ROOT / "tests/lab/careless"
WIDER = {"memory": 2 * cgroup.MEMORY, "processes": 4 * cgroup.PROCESSES}
DISK, DESCRIPTORS = 64 << 20, 128  # the sandbox's
SOLUTION = "/w/solution.cpp"  # as the program sees it
SECONDS = 60
ROOM = ("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--die-with-parent",
        "--uid", "0", "--gid", "0", "--cap-add", "ALL", "--clearenv", "--setenv", "PATH", "/usr/bin",
        "--setenv", "TMPDIR", "/w", *SYSTEM, "--tmpfs", "/tmp")


class Room:
    """The careless grader at work on one program, and what can be seen of it from outside."""

    def __init__(self, folder, user, solution):
        self.folder, self.user, self.solution = Path(folder), user, solution
        self.place = self.folder / "w"
        self.secrets = {name: secrets.token_hex(8) for name in ("solution", "work", "environment", "shadow")}
        self.asked = None

    def furnish(self, code):
        if not mount_tmpfs(self.place, size=4 * DISK, mode="755"):
            raise OSError("no tmpfs could be mounted")
        files = {"program.cpp": code, "input": "a line\n", "marks": "",
                 "solution.cpp": f"// {self.secrets['solution']}\n{self.solution}", "shadow": self.secrets["shadow"],
                 "others/write_all.cpp": f"// {self.secrets['work']}\n"}
        (self.place / "others").mkdir()
        for name, text in files.items():
            (self.place / name).write_text(text)
        for name in ("grade.sh", "neighbour.cpp", "linked_test.cpp"):
            shutil.copy(CARELESS / name, self.place)
        for words in (["g++", "-o", "neighbour", "neighbour.cpp"], ["g++", "-c", "linked_test.cpp"],
                      ["ar", "rc", "libtest.a", "linked_test.o"]):
            subprocess.run(words, cwd=self.place, check=True)
        for path in (self.place, *self.place.rglob("*")):
            os.chown(path, self.user.uid, self.user.uid)

    def __enter__(self):
        self.place.mkdir()
        self.group = cgroup.Group(self.folder.name, **WIDER)
        self.terminal, self.theirs = pty.openpty()
        return self

    def __exit__(self, *_):
        self.group.remove()
        if hasattr(self, "child"):
            self.child.wait()
        for descriptor in (self.terminal, self.theirs):
            os.close(descriptor)
        subprocess.run(["umount", "-l", self.place], check=False, stderr=subprocess.DEVNULL)
        processes.reap_adopted()

    def start(self):
        joins = "".join(f'echo 0 >"{folder}/cgroup.procs" || exit 125; ' for folder in self.group.folders)
        uid = self.user.uid

        def take_terminal():
            os.setsid()
            fcntl.ioctl(self.theirs, termios.TIOCSCTTY, 0)

        self.child = subprocess.Popen(
            ["bash", "-c", joins + 'exec "$@"', "lab", "setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups",
             "--pdeathsig", "KILL", "prlimit", "--core=0", "--cpu=100", tool("bwrap"), *ROOM,
             "--setenv", "TOKEN", self.secrets["environment"], "--bind", self.place, "/w",
             "--bind", self.place / "shadow", "/etc/shadow", "--chdir", "/w", "bash", "/w/grade.sh"],
            stdin=self.theirs, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
            preexec_fn=take_terminal)

    def read(self, name):
        """The start of a file there; "": there is none. A link is not followed."""
        try:
            with os.fdopen(os.open(self.place / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
                return file.read(16 << 20).decode(errors="replace")
        except OSError:
            return ""

    @property
    def code(self):
        """What the program ended with, as its grader believes; None: it has not, or was not compiled."""
        text = self.read("results.json").strip()
        return int(text) if text.isdigit() else None

    @property
    def over(self):
        return self.child.poll() is not None

    @property
    def silenced(self):
        """The grader had the program compiled, and is gone, and has said nothing."""
        here = any(same_file(f"/proc/{pid}/exe", tool("bash")) for pid in self.group.members())
        return (self.place / "program").exists() and not here and not self.read("results.json")

    def running(self):
        """Processes of the submission's program."""
        return [pid for pid in self.group.members() if same_file(f"/proc/{pid}/exe", self.place / "program")]

    def most_descriptors(self):
        return max((entries(f"/proc/{pid}/fd") for pid in self.running()), default=0)

    def used(self):
        room = os.statvfs(self.place)
        return (room.f_blocks - room.f_bfree) * room.f_frsize

    def stays(self):
        """Asked to end, by the signals that one may catch, it does not."""
        deaf = [pid for pid in self.running() if deaf_to(pid, signal.SIGTERM) and deaf_to(pid, signal.SIGXCPU)]
        if deaf and self.asked is None:
            self.asked = time.monotonic()
            for pid in deaf:
                os.kill(pid, signal.SIGTERM)
                os.kill(pid, signal.SIGXCPU)
        return bool(deaf) and time.monotonic() - self.asked > 0.5

    def waits_for_a_terminal(self):
        return any("ptmx" in link for pid in self.group.members() for link in links(f"/proc/{pid}/fd"))

    def printed(self, *names):
        out = self.read("out")
        return all(self.secrets[name] in out for name in names)


SIGNS = {
    "too many processes": lambda room: len(room.group.members()) > cgroup.PROCESSES,
    "too much memory": lambda room: room.group.peak() > cgroup.MEMORY,
    "too much disk": lambda room: room.used() > DISK,
    "too many descriptors": lambda room: room.most_descriptors() > DESCRIPTORS,
    "does not end when asked": Room.stays,
    "outlives its grader's patience": lambda room: room.code is not None and bool(room.running()),
    "ends its grader": lambda room: room.silenced,
    "ends its grader and speaks for it": lambda room: room.silenced and "passed" in room.read("out"),
    "prints the solution": lambda room: room.printed("solution"),
    "prints what others have": lambda room: room.printed("solution", "work", "environment"),
    "writes its own mark": lambda room: "passed" in room.read("marks"),
    "the grader overwrites a file": lambda room: room.secrets["shadow"] not in room.read("shadow"),
    "is believed": lambda room: room.code == 0,
    "has an error to show": lambda room: room.code == 1,
    "types a command": lambda room: "touch" in room.read("typed"),
    "the compiler waits for a terminal": Room.waits_for_a_terminal,
}


def entries(folder):
    try:
        return len(os.listdir(folder))
    except OSError:
        return 0


def links(folder):
    try:
        return [os.readlink(f"{folder}/{name}") for name in os.listdir(folder)]
    except OSError:
        return []


def same_file(one, other):
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def deaf_to(pid, number):
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return False
    sets = {line.split(":")[0]: int(line.split()[1], 16) for line in lines if line.startswith(("SigBlk", "SigIgn"))}
    return any(bits >> (number - 1) & 1 for bits in sets.values())


def does_harm(code, harm, solution, user):
    """Whether the program with this source does that, before a grader without care."""
    sign, end = SIGNS[harm], time.monotonic() + SECONDS * judging.patience()
    with tempfile.TemporaryDirectory(prefix="lab-room-") as folder:
        os.chmod(folder, 0o711)
        with Room(folder, user, solution) as room:
            room.furnish(code)
            room.start()
            while not sign(room):
                if room.over or time.monotonic() > end:
                    return sign(room)
                time.sleep(0.02)
            return True
