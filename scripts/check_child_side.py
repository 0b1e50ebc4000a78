#!/usr/bin/env python3
"""Proves that the code between fork and exec calls only what is safe there.

    python3 scripts/check_child_side.py [--build DIR]          DIR: build/release

fork() copies one thread and every lock. Who held malloc's lock is gone, and nobody is left to
release it. So each chapter keeps what runs in the child before exec in an object of its own,
child_side_*.cpp. A linker must be told every function an object calls, hence `nm` can list them:
this check compares that list with POSIX's async-signal-safe functions (checks/signal_safe.py).
The child_side_* objects may call each other, also those of another chapter: each of them is
checked. It does not see calls through a pointer; the child side works on plain data and has none.

Every problem is one line, `object:0: what is wrong; what the rule is`.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

from checks import signal_safe
from checks.report import Report

RULE = "between fork and exec only async-signal-safe functions (POSIX XSH 2.4.3) are called"


def nm(path):
    """What `path` defines and asks for: [(kind, section, symbol)], kinds as nm's letters."""
    run = subprocess.run(["nm", "-f", "sysv", str(path)], check=True, capture_output=True,
                         text=True)
    rows = [[cell.strip() for cell in line.split("|")] for line in run.stdout.splitlines()]
    return [(row[2], row[6], row[0]) for row in rows if len(row) == 7 and len(row[2]) == 1]


def demangle(symbol):
    run = subprocess.run(["c++filt", symbol], check=False, capture_output=True, text=True)
    return run.stdout.strip() or symbol


def why_unsafe(symbol):
    """Why `symbol` must not be called, or None when it may."""
    name = re.sub(r"@.*$", "", symbol)
    plain = name[:-2] if name.endswith("64") else name  # open64, prlimit64: 32-bit glibc's names
    if plain in signal_safe.REFUSED:
        return signal_safe.REFUSED[plain]
    if plain in signal_safe.POSIX or plain in signal_safe.LINUX:
        return None
    for pattern, advice in signal_safe.ADVICE:
        if re.match(pattern, name):
            return advice
    return "it is on no list of scripts/checks/signal_safe.py; if it is safe, add it and why"


def check_object(shown, symbols, siblings, report):
    """Holds one object's symbols against the rules; `siblings`: what the child sides define, and it
    may therefore call."""
    for kind, section, symbol in symbols:
        name = demangle(symbol)
        if kind in "Uwv" and symbol not in siblings:
            why = why_unsafe(symbol)
            if why:
                report.add(shown, 0, f"calls {name}: {why}; {RULE}")
            elif kind != "U":
                report.add(shown, 0, f"calls {name} weakly: whether it is there, and whose it is, "
                                     "is decided at link time; the child side calls what it names")
        elif symbol.startswith(("_GLOBAL__sub_I", "__cxx_global_var_init")):
            report.add(shown, 0, "has a static initialiser, code that runs before main; the child "
                                 "side is functions over plain data")
        elif kind in "DBdb" and not section.startswith(".data.rel.ro"):
            report.add(shown, 0, f"keeps state in {name}; after clone(CLONE_VM) the parent would "
                                 "see the child's writes: use the stack or the plan")


def read_object(path):
    """The symbols of an ELF object. Raises OSError or CalledProcessError."""
    with open(path, "rb") as file:
        if file.read(4) != b"\x7fELF":
            raise OSError("no ELF object; this check reads what Linux's compilers write")
    return nm(path)


def main(arguments=None):
    here = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, default=here / "build" / "release")
    build = parser.parse_args(arguments).build
    report = Report("check_child_side")
    objects = sorted(p for ending in ("o", "obj")
                     for p in build.rglob(f"child_side_*.cpp.{ending}"))
    symbols, defined = {}, set()
    for path in objects:
        try:
            symbols[path] = read_object(path)
        except (OSError, subprocess.CalledProcessError) as problem:
            detail = getattr(problem, "stderr", None) or problem
            report.add(path.relative_to(build), 0, f"cannot be read: {str(detail).strip()}")
            continue
        defined.update(symbol for kind, _, symbol in symbols[path] if kind == "T")
    for path, rows in symbols.items():
        check_object(path.relative_to(build), rows, defined, report)
    if not objects:
        report.add(build, 0, "holds no child_side_*.cpp.o; build first: a check of nothing proves "
                             "nothing")
    return report.finish(f"{len(objects)} object(s) call only what is safe between fork and exec")


if __name__ == "__main__":
    sys.exit(main())
