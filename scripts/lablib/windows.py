"""The portable exercises for Windows: built with mingw-w64, judged under Wine by the same judge."""

import shutil
import tempfile
from pathlib import Path

from . import catalog, judging, processes
from .model import all_failed

COMPILER = "x86_64-w64-mingw32-g++-posix"
WINE = catalog.ROOT / "scripts/wine"
START_SECONDS = 120  # Wine's first start makes its own world


def missing():
    """Why it cannot be done here; empty: it can. Then Wine's server runs, and not below a judge, which ends all
    that is below it."""
    for tool in (COMPILER, "wine"):
        if not shutil.which(tool):
            return f"{tool} is not installed"
    code, said = processes.run_limited([WINE, "cmd", "/c", "exit"], START_SECONDS)
    return "" if code == 0 else f"Wine does not start: {said}"


def judge_source(exercise, source, build, flags=()):
    """Compiles and judges, as judging.judge_source() does."""
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        program = Path(folder) / f"{exercise.name}.exe"
        code, said = processes.run_limited(
            [COMPILER, *judging.FLAGS, "-static", *flags, "-o", str(program), source.name],
            judging.COMPILE_SECONDS, cwd=source.parent)
        if code != 0:
            return all_failed(exercise, "compile", said)
        return judging.judge(exercise, program, build, wrap=(str(WINE),))
