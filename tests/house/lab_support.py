"""What the tests of the lab share: where all is, and how to wait for what others do."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PROCLAB_BUILD", ROOT / "build/release"))
HOSTILE = ROOT / "tests/lab/hostile"
sys.path.insert(0, str(ROOT / "scripts"))

from lablib import catalog, commands  # noqa: E402

EXERCISES = catalog.exercises()
WRITE_ALL = commands.named(EXERCISES, "write_all")


def lab(*arguments, code=0):
    ran = subprocess.run([sys.executable, "-B", "-m", "lablib", "--build", BUILD, *arguments], capture_output=True,
                         text=True, env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")}, timeout=250)
    if ran.returncode != code:
        raise AssertionError(f"{arguments}: {ran.returncode}\n{ran.stdout}{ran.stderr}")
    return ran.stdout


def owner(path):
    try:
        return path.stat().st_uid
    except OSError:
        return None


def name_of(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def wait_for(what, true):
    deadline = time.monotonic() + 60
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"in 60 s not: {what}")
        time.sleep(0.01)
