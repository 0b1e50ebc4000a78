"""Children that cannot escape: this process adopts every orphan below it, and sweeps."""

import concurrent.futures
import contextlib
import ctypes
import multiprocessing
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36
prctl = ctypes.CDLL(None, use_errno=True).prctl


def become_subreaper():
    """Whoever loses its parent below us becomes our child: so setsid and a double fork hide nobody."""
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@contextlib.contextmanager
def pool(workers):
    """Processes that work for us, each with orphans of its own. Whoever asks us to end (SIGTERM) asks them: they leave
    through every `with` that they are in, and what waits is not begun."""
    with concurrent.futures.ProcessPoolExecutor(workers, initializer=become_subreaper) as executor:
        try:
            yield executor
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            while working := multiprocessing.active_children():  # one may have had a second task before it
                for worker in working:
                    worker.terminate()
                working[0].join(0.2)
            raise


def keep_to_ourselves():
    """No program of the same user may trace us, or open through /proc what we have open."""
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def die_with_parent():
    """For preexec_fn: whoever kills the parent has killed the child, too."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def descendants(of=None):
    """{pid: state} of all that descends from `of` (default: this process)."""
    parents, states = {}, {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            rest = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it is gone
        parents[int(entry.name)], states[int(entry.name)] = int(rest[1]), rest[0]
    found, front = {}, {of or os.getpid()}
    while front:
        front = {pid for pid, parent in parents.items() if parent in front and pid not in found}
        found.update((pid, states[pid]) for pid in front)
    return found


def owned(by):
    """The pids, anywhere on this machine, of the users for whom by(uid) is true."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if by(entry.stat().st_uid):
                found.add(int(entry.name))
        except OSError:
            pass  # it is gone
    return found


def count_of(user):
    """How many processes and threads a user has, as RLIMIT_NPROC counts them."""
    count = 0
    for pid in owned(lambda uid: uid == user):
        try:
            count += len(os.listdir(f"/proc/{pid}/task"))
        except OSError:
            pass  # it is gone
    return count


def sweep(root):
    """Kills the child `root` (a Popen) and all below it, and what of it has become ours meanwhile; reaps
    what it adopted. Only for a process that has no other children but `root` while it runs."""
    for _ in range(200):
        left = descendants()
        alive = [pid for pid, state in left.items() if state != "Z"]
        for pid in alive:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        reap_adopted(root)
        if not alive:
            break
        time.sleep(0.005)
    root.wait()


def reap_adopted(*own):
    """Buries what was adopted and has ended; not the children in `own`, for whom their Popen waits."""
    spared = {child.pid for child in own}
    for pid, state in descendants().items():
        if state == "Z" and pid not in spared:
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                pass


MOST_OUTPUT = 64 << 10


def run_limited(command, seconds, stop=None, **options):
    """(exit code, the start of its output) of a compiler, say; code None: the deadline passed, or stop() was
    true. It leads a group of its own, which dies with it."""
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                 start_new_session=True, **options)
        deadline, code = time.monotonic() + seconds, None
        while code is None and time.monotonic() < deadline and not (stop and stop()):
            try:
                code = child.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                pass
        if code is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        output.seek(0)
        return code, output.read(MOST_OUTPUT).decode(errors="replace")
