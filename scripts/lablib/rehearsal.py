"""What is promised of the grader as a whole, shown by a run: `lab check --class` and `lab check --figures`."""

import csv
import itertools
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import catalog, check, grade, hostile, machine, processes, sandbox, users

SEED = 14  # of the class: the same inputs in both runs
LONGEST_GRADING = 60  # seconds for all solutions, on two processors
LONGEST_START = 0.050  # seconds that the sandbox adds to a run
RUNS = 100


def lab(build, *words):
    """Another `lab`, at work."""
    start = [sys.executable, "-B", "-m", "lablib", "--build", str(Path(build).resolve())]
    return subprocess.run([*start, *map(str, words)],
                          env=os.environ | {"PYTHONPATH": str(catalog.ROOT / "scripts")}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def hand_in(folder, exercise, code):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{exercise.name}.cpp").write_text(code)


def mixed_class(folder, exercises, count):
    """{student: (what is handed in, the exercise)}: every right solution and every hostile program once, mistakes for
    the rest; of a smaller class, some of each."""
    right = [("right", e, e.solution_source.read_text()) for e in exercises]
    write_all = hostile.write_all()
    harmful = [("hostile " + name, write_all, hostile.source_of(name, write_all.solution_source))
               for name in sorted(hostile.expected())]
    wrong = [("wrong " + source.stem, e, source.read_text()) for e in exercises for source in e.wrong_sources]
    draw = random.Random(SEED)
    for kind in (right, harmful, wrong):
        draw.shuffle(kind)
    all_of_them = right + harmful + wrong if count >= len(right) + len(harmful) else \
        [one for three in itertools.zip_longest(right, wrong, harmful) for one in three if one]
    handed_in = {}
    for number, (what, exercise, code) in enumerate(all_of_them[:count]):
        name = f"student-{number:03}"
        handed_in[name] = (what, exercise)
        hand_in(folder / name, exercise, code)
    return handed_in


def marks_of(out):
    """{student: (points, fault)}"""
    with open(out / "summary.csv", encoding="utf-8") as file:
        return {row["student"]: (row["points"], row["fault"]) for row in csv.DictReader(file)}


def strangers():
    """Processes of users that a class has, and whoever else descends from us."""
    return set(processes.descendants()) | processes.owned(lambda uid: uid >= machine.FIRST_UID + users.CLASS)


def wrong_mark(what, exercise, points, fault):
    """What is wrong with it; "": nothing."""
    if fault:
        return f"has no mark: {fault}"
    full = int(points) == exercise.points
    if what == "right" and not full:
        return f"is right, and has {points} of {exercise.points} points"
    if what.startswith("wrong") and full:
        return "is wrong, and has all points"
    if what.startswith("hostile") and int(points) > 0:
        return f"has {points} points"
    return ""


def rehearse(args, exercises):
    """A mixed class, twice, on a busy machine: the same marks, to the point, and right ones. 77: no sandbox here."""
    if lacks := machine.missing():
        print(f"a class is not rehearsed here: this machine lacks {', '.join(lacks)}")
        return 77
    problems, marks, before = [], [], strangers()
    with tempfile.TemporaryDirectory(prefix="lab-") as folder, check.Load(True):
        os.chmod(folder, 0o711)
        submissions = Path(folder) / "class"
        handed_in = mixed_class(submissions, exercises, args.class_)
        for time_ in ("first", "second"):
            start = time.monotonic()
            out = Path(folder) / time_
            ran = lab(args.build, "grade-all", submissions, "--out", out, "--seed", SEED, "--jobs", args.jobs)
            if ran.returncode not in (0, 3):
                problems.append(f"grade-all ended with {ran.returncode}: {ran.stderr.strip()}")
                break
            marks.append(marks_of(out))
            print(f"the {time_} time: {len(marks[-1])} submissions in {time.monotonic() - start:.0f} s", flush=True)
    if left := strangers() - before:
        problems.append(f"{len(left)} processes are left")
    for name, (what, exercise) in handed_in.items():
        each = [run.get(name, ("", "not graded")) for run in marks]
        for points, fault in each:
            if said := wrong_mark(what, exercise, points, fault):
                problems.append(f"{name} ({exercise.name}, {what}) {said}")
        if len(set(each)) > 1:
            problems.append(f"{name} ({exercise.name}, {what}) has {each[0][0]} points, and then {each[1][0]}")
    for line in problems:
        print(line)
    print(f"{len(handed_in)} submissions graded twice, {len(problems)} problems")
    return 1 if problems else 0


def seconds_of(words, **options):
    start = time.monotonic()
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, **options)
    took = time.monotonic() - start
    processes.reap_adopted()  # the sandbox's init: a zombie counts against its user's limit
    return took


def start_seconds(build):
    """(outside, inside): the median time of a program that does nothing."""
    with users.User() as user, sandbox.Job(user, build) as job:
        null = os.open(os.devnull, os.O_WRONLY)
        try:
            wrap = job.wrap("--chdir", "/tmp", begun=str(null))
            runs = [(seconds_of(["/usr/bin/true"]), seconds_of([*wrap, "/usr/bin/true"], pass_fds=(null,)))
                    for _ in range(RUNS)]
        finally:
            os.close(null)
    return [statistics.median(times) for times in zip(*runs)]


def figures(args, exercises):
    """How long it takes. On a machine that has nothing else to do. 77: no sandbox here."""
    if lacks := machine.missing():
        print(f"nothing is measured here: this machine lacks {', '.join(lacks)}")
        return 77
    outside, inside = start_seconds(args.build)
    print(f"the sandbox adds {(inside - outside) * 1000:.1f} ms to a run (median of {RUNS}, at most "
          f"{LONGEST_START * 1000:.0f})", flush=True)
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        for exercise in exercises:
            hand_in(Path(folder), exercise, exercise.solution_source.read_text())
        with users.User() as user:
            total = grade.grade(Path(folder), exercises, args.build, user)
    print(f"all {len(exercises)} solutions are graded in {total.seconds:.1f} s (at most {LONGEST_GRADING}): "
          f"{total.points} of {total.max_points} points")
    good = inside - outside < LONGEST_START and total.seconds < LONGEST_GRADING and total.points == total.max_points
    return 0 if good else 1
