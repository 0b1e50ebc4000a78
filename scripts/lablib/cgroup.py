"""A control group for one job: how many processes, how much memory, and a list of all that is in it.

Version 1, 2, or both at once: asked of /proc/self/mountinfo, never assumed. cgroups(7).
"""

import os
import signal
import time
from pathlib import Path

PROCESSES, MEMORY = 64, 512 << 20


def homes():
    """{controller: folder} in which a group can be made for it; for version 2 both are the same folder."""
    mine = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, names, path = line.split(":", 2)
        for name in names.split(","):
            mine[name] = path
    found = {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, right = line.split(" - ", 1)
        point, (kind, _, options) = Path(left.split()[4]), right.split(" ", 2)
        if kind == "cgroup":
            for name in {"pids", "memory"} & set(options.split(",")):
                found.setdefault(name, inside(point, mine.get(name, "/")))
        elif kind == "cgroup2":
            folder = point if (point / "cgroup.subtree_control").exists() else inside(point, mine.get("", "/"))
            try:
                given = (folder / "cgroup.controllers").read_text().split()
            except OSError:
                continue
            for name in {"pids", "memory"} & set(given):
                found.setdefault(name, folder)
    return {name: folder for name, folder in found.items() if os.access(folder, os.W_OK)}


def inside(point, path):
    folder = point / path.lstrip("/")
    return folder if folder.is_dir() else point  # a container may see its own group as the root


class Group:
    def __init__(self, name, memory=MEMORY, processes=PROCESSES):
        self.folders, self.limited = [], set()
        limits = {"pids": {"pids.max": processes},
                  "memory": {"memory.max": memory, "memory.swap.max": 0, "memory.limit_in_bytes": memory}}
        for controller, home in homes().items():
            folder = home / name
            if folder not in self.folders:
                if (home / "cgroup.subtree_control").exists():
                    set_value(home / "cgroup.subtree_control", "+pids +memory")
                folder.mkdir(exist_ok=True)
                self.folders.append(folder)
            for file, value in limits[controller].items():
                if set_value(folder / file, value) and value:
                    self.limited.add(controller)

    def members(self):
        pids = set()
        for folder in self.folders:
            try:
                pids |= {int(line) for line in (folder / "cgroup.procs").read_text().split()}
            except OSError:
                pass
        return pids

    def peak(self):
        """Bytes of memory that all in it had together, at most; 0: not known."""
        for folder in self.folders:
            for file in ("memory.peak", "memory.max_usage_in_bytes"):
                try:
                    return int((folder / file).read_text())
                except OSError:
                    pass
        return 0

    def empty(self):
        """Kills until nobody is in it. Who forks faster than it is killed is frozen first by pids.max: 0."""
        for folder in self.folders:
            set_value(folder / "pids.max", 0)
            set_value(folder / "cgroup.kill", 1)
        for _ in range(1000):
            pids = self.members()
            if not pids:
                return True
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
            time.sleep(0.005)
        return False

    def remove(self):
        """Empties it and takes it away. False: somebody in it could not be killed."""
        gone = self.empty()
        for folder in self.folders:
            for _ in range(100):
                try:
                    folder.rmdir()
                    break
                except OSError:
                    time.sleep(0.01)
        return gone


def limits_hold():
    """Whether a group made here has both limits: a controller may be there, and not handed down."""
    trial = None
    try:
        trial = Group(f"lab-trial-{os.getpid()}")
        return trial.limited == {"pids", "memory"}
    except OSError:
        return False
    finally:
        if trial:
            trial.remove()


def set_value(path, value):
    """False: it is the other version's name, or of a controller that is not there."""
    try:
        path.write_text(str(value))
        return True
    except OSError:
        return False
