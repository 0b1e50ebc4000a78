"""`lab grade-all`: a whole class. Each student's folder is graded by a `lab grade` of its own, with a user of its own,
N at a time; what that wrote is the whole state, so a class that was interrupted goes on where it stopped.

    OUT/seed               the inputs of all are drawn from it
    OUT/marks/NAME.json    of `lab grade --format json`; written anew after each test
    OUT/summary.csv, summary.html
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import catalog, grade, processes, sandbox, student, summary, users
from .screen import Screen, printable

EVERY = 0.1  # seconds between looks at the graders
PATIENCE = 30  # seconds in which a grader that was asked to end does


class Student:
    """One folder of the class, and its mark. `slot` is the number of its user."""

    def __init__(self, folder, marks, slot):
        self.folder, self.slot, self.name = folder, slot, printable(folder.name)
        self.file = marks / f"{folder.name}.json"
        self.trouble = ""  # of a grader that ended as none should

    def record(self):
        """What is known of it; {}: nothing."""
        try:
            return json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def is_done(self, exercises, seed):
        """Whether this very submission has its mark. One with a fault has none."""
        known = self.record()
        return (known.get("finished") and known["points"] is not None and known["seed"] == seed
                and known["submission"] == grade.digest(self.folder, exercises))


class Grader:
    """A `lab grade` at work. Killed, by whomever, with this process."""

    def __init__(self, who, args, seed):
        self.student, self.start = who, time.monotonic()
        self.said = tempfile.TemporaryFile()
        flags = ["--trust"] * args.trust + ["--accept-less"] * args.accept_less
        only = [word for name in args.only for word in ("--only", name)]
        self.child = subprocess.Popen(
            [sys.executable, "-B", "-m", "lablib", "--build", str(args.build.resolve()), "grade", who.folder.resolve(),
             "--format", "json", "--output", who.file.resolve(), "--seed", str(seed), "--slot", str(who.slot),
             *flags, *only],
            env=os.environ | {"PYTHONPATH": str(catalog.ROOT / "scripts")}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=self.said, start_new_session=True,
            preexec_fn=processes.die_with_parent)

    def ended(self):
        code = self.child.poll()
        if code is None:
            return False
        if code not in (0, 3):  # 3: a fault, which is in its record
            self.said.seek(0)
            last = self.said.read().decode(errors="replace").strip().split("\n")[-1]
            self.student.trouble = f"the grader ended with {code}: {printable(last)}"
        self.said.close()
        return True

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


class Progress:
    """On a terminal a bar under the lines; in a pipe the lines alone."""

    def __init__(self, screen, whole, resumed):
        self.screen, self.whole, self.done, self.start = screen, whole, resumed, time.monotonic()
        self.resumed = resumed

    def finished(self, who, seconds):
        self.done += 1
        row = summary.Row(who)
        mark, colour = ("!", "yellow") if row.fault else ("✓", "green")
        points = row.fault or f"{row.points}/{row.max_points}"
        self.screen.passing()
        self.screen.say(f"{self.screen.paint(mark, colour)} {self.done}/{self.whole} {who.name}  {points}  {seconds:.0f} s")

    def running(self, graders):
        here = self.done - self.resumed
        left = (time.monotonic() - self.start) / here * (self.whole - self.done) / 60 if here else 0
        names = ", ".join(g.student.name for g in graders)
        text = f"{self.screen.bar(self.done, self.whole)} {self.done}/{self.whole}"
        text += f"  {left:.0f} min" if left >= 1 else ""
        room = self.screen.width - 40
        self.screen.passing(f"{text}  {names[:room]}")


def seed_of(out, asked):
    """The class's seed: the one asked for, or that of the run before, or a new one."""
    file = out / "seed"
    if asked is None and file.exists():
        return int(file.read_text())
    seed = grade.new_seed() if asked is None else asked
    student.write_atomically(file, f"{seed}\n")
    return seed


def class_of(submissions, marks, first_slot):
    """A folder, a student. Users are numbered in the order of their names."""
    folders = sorted(p for p in submissions.iterdir() if p.is_dir() and not p.name.startswith("."))
    return [Student(folder, marks, slot) for slot, folder in enumerate(folders, first_slot)]


def grade_them(waiting, args, seed, progress):
    graders = []
    try:
        while waiting or graders:
            while waiting and len(graders) < args.jobs:
                graders.append(Grader(waiting.pop(0), args, seed))
            for grader in [g for g in graders if g.ended()]:
                graders.remove(grader)
                progress.finished(grader.student, time.monotonic() - grader.start)
            progress.running(graders)
            time.sleep(EVERY)
            processes.reap_adopted(*(g.child for g in graders))
    finally:
        for grader in graders:
            grader.stop()


def run(screen, exercises, args):
    """The command. Exit code 0: all have their mark; 3: some have none, by a fault of ours; 4: refused."""
    if not args.submissions.is_dir():
        print(screen.words("no_such_folder", path=args.submissions), file=sys.stderr)
        return 2
    if grade.refused(screen, args):
        return 4
    if not args.trust:
        sandbox.clean_up()
    _lock, first_slot = users.claim_class()  # until we end
    submissions = args.submissions.resolve()
    out = args.out or submissions.with_name(submissions.name + "-marks")
    marks = out / "marks"
    out.mkdir(mode=0o700, exist_ok=True)  # no student's business, and no program's
    marks.mkdir(exist_ok=True)
    students = class_of(submissions, marks, first_slot)
    seed = seed_of(out, args.seed)
    waiting = [s for s in students if not s.is_done(exercises, seed)]
    progress = Progress(Screen(screen.words), len(students), len(students) - len(waiting))
    grade_them(waiting, args, seed, progress)
    progress.screen.passing()
    rows = [summary.Row(s) for s in students]
    summary.write(out, rows, exercises, screen.words)
    faults = sum(bool(row.fault) for row in rows)
    screen.say(screen.words("class_graded", count=len(rows) - faults, faults=faults, path=out / "summary.html"))
    return 3 if faults else 0
