"""The student's own folder: the sources, and what has been achieved.

    DIR/ch02/write_all.cpp     to be changed
    DIR/.lab/progress.json     what has passed, and how many hints were read: never lost by an update
    DIR/.lab/kept/             what `lab reset` replaced
"""

import datetime
import json
import os
import shutil
import tempfile
from pathlib import Path

from . import catalog


class NoFolder(Exception):
    """There is no student's folder here."""


def write_atomically(path, text):
    """The old file or the new one, whatever happens meanwhile: written beside it, then renamed."""
    descriptor, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


class Folder:
    def __init__(self, path):
        self.path = Path(path).resolve()
        self.hidden = self.path / ".lab"

    @classmethod
    def find(cls, start="."):
        """The folder that `start` is in."""
        start = Path(start).resolve()
        for path in (start, *start.parents):
            if (path / ".lab" / "progress.json").exists():
                return cls(path)
        raise NoFolder(str(start))

    def source(self, exercise):
        return self.path / exercise.chapter / f"{exercise.name}.cpp"

    @property
    def progress_file(self):
        return self.hidden / "progress.json"

    def progress(self):
        """{"exercises": {name: {"passed": when, "points": best, "hints": {test: rungs}}}}; what this
        version does not know stays in it."""
        try:
            data = json.loads(self.progress_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            data = {}
        data.setdefault("version", 1)
        data.setdefault("exercises", {})
        return data

    def update(self, exercise, change):
        """Calls change(entry) on what is known of one exercise, and writes it down."""
        data = self.progress()
        change(data["exercises"].setdefault(exercise.name, {}))
        write_atomically(self.progress_file, json.dumps(data, indent=2, ensure_ascii=False) + "\n")

    def entry(self, exercise):
        return self.progress()["exercises"].get(exercise.name, {})

    def note(self, result):
        """Writes down how far a result came: the best counts, and passed stays passed."""
        def change(entry):
            entry["points"] = max(entry.get("points", 0), result.points)
            first = result.first_failure
            entry["failing"] = first.name if first else None
            if result.passed and "passed" not in entry:
                entry["passed"] = datetime.datetime.now().astimezone().isoformat(timespec="seconds")

        if not result.faulty:
            self.update(result.exercise, change)

    def fill(self, exercises):
        """Makes what is missing, and touches nothing that is there. The exercises that are new."""
        self.hidden.mkdir(parents=True, exist_ok=True)
        if not self.progress_file.exists():
            write_atomically(self.progress_file, json.dumps({"version": 1, "exercises": {}}) + "\n")
        new = []
        for exercise in exercises:
            source = self.source(exercise)
            source.parent.mkdir(exist_ok=True)
            if not source.exists():
                shutil.copyfile(exercise.starter_source, source)
                new.append(exercise)
        launcher = self.path / "lab"
        write_atomically(launcher, LAUNCHER.format(script=catalog.ROOT / "scripts/lab"))
        launcher.chmod(0o755)
        for name, text in (("README.md", README), ("Makefile", MAKEFILE)):
            if not (self.path / name).exists():
                write_atomically(self.path / name, text)
        return new

    def reset(self, exercise):
        """The starter again. Where what was there is kept now, or None."""
        source, kept = self.source(exercise), None
        if source.exists():
            folder = self.hidden / "kept"
            folder.mkdir(parents=True, exist_ok=True)
            stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
            kept = folder / f"{exercise.name}-{stamp}.cpp"
            number = 1
            while kept.exists():
                number += 1
                kept = folder / f"{exercise.name}-{stamp}-{number}.cpp"
            shutil.copyfile(source, kept)
        source.parent.mkdir(exist_ok=True)
        shutil.copyfile(exercise.starter_source, source)
        return kept


LAUNCHER = """#!/bin/sh
# The lab, wherever you stand in this folder: ./lab, ./lab hint, ./lab list …
cd "$(dirname "$0")" && exec '{script}' "$@"
"""

README = """# proclab: your exercises

    ./lab                 shows the next exercise, and tests it each time you save
    ./lab list            how far you are
    ./lab test write_all  tests one        ./lab hint write_all    a hint for what fails
    ./lab run write_all   runs it          ./lab reset write_all   the starter again; yours is kept
    ./lab solution X      one solution, once X has passed
    ./lab stress X        200 runs on a busy machine        ./lab grade    all points

Each exercise is one file, a program of its own. Its head says what it shall do. You may change anything
in it. To compile it yourself: `make ch02/write_all`, and run `./ch02/write_all`.

What is judged is what the program does to the system, seen from outside: its descriptors, its children,
its bytes. So the messages speak of these.
"""

MAKEFILE = """# make ch02/write_all compiles one exercise, as ./lab does.
CXXFLAGS = -std=c++20 -O1 -g -Wall -Wextra -pthread
LDLIBS = -pthread
"""
