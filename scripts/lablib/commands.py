"""The student's commands, one function each; the watch is in watch.py."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from . import catalog, check, judging, student


class Unknown(Exception):
    """There is no exercise of that name."""


def named(exercises, name):
    name = name.removesuffix(".cpp").split("/")[-1]  # a path, as the shell completes it, will do
    for exercise in exercises:
        if exercise.name == name:
            return exercise
    raise Unknown(name)


def chosen(exercises, names):
    """Those named, or of the chapters named ("ch02"); all when none is."""
    if not names:
        return exercises
    chapters = {e.chapter for e in exercises}
    return [e for e in exercises if e.chapter in names] + [named(exercises, n) for n in names if n not in chapters]


def next_of(folder, exercises, after=None):
    """The first that has not passed, behind `after` if there is one; None: all have."""
    known = folder.progress()["exercises"]
    start = exercises.index(after) + 1 if after else 0
    return next((e for e in exercises[start:] + exercises[:start] if "passed" not in known.get(e.name, {})), None)


def picked(folder, exercises, name):
    return named(exercises, name) if name else next_of(folder, exercises) or exercises[-1]


def judge(folder, exercise, build, colour=False, **how):
    """Compiles and judges the student's own file, and writes down how far it came."""
    result = judging.judge_source(exercise, folder.source(exercise), build, colour, **how)
    folder.note(result)
    return result


def init(screen, exercises, path):
    folder = student.Folder(path)
    fresh = not folder.hidden.exists()
    path.mkdir(parents=True, exist_ok=True)
    new = folder.fill(exercises)
    screen.say(screen.words("new_folder" if fresh else "updated_folder", path=folder.path, count=len(new)))
    return 0


def list_(screen, folder, exercises, _args=None):
    known = folder.progress()["exercises"]
    done = sum("passed" in known.get(e.name, {}) for e in exercises)
    chapter = None
    for exercise in exercises:
        entry = known.get(exercise.name, {})
        if exercise.chapter != chapter:
            chapter = exercise.chapter
            screen.say(screen.paint(chapter, "bold", "cyan"), 1)
        passed = "passed" in entry
        points = f"{exercise.points if passed else entry.get('points', 0)}/{exercise.points}"
        mark = screen.paint("✓", "green", "bold") if passed else screen.paint("·", "dim")
        name = exercise.name.ljust(20)
        level = "●" * exercise.level + "○" * (3 - exercise.level)
        screen.say(f"{mark} {name} {screen.paint(points.rjust(6), 'dim')}  {screen.paint(level, 'dim')}  "
                   f"{screen.words.of(exercise.title)}", 3)
    screen.say()
    screen.say(" " + screen.bar(done, len(exercises)) + "  "
               + screen.words("progress", done=done, all=len(exercises)))
    return 0


def test_(screen, folder, exercises, args):
    exercise = picked(folder, exercises, args.exercise)
    if not folder.source(exercise).exists():
        screen.say(screen.words("not_handed_in", file=folder.source(exercise)))
        return 2
    screen.heading(exercise)
    screen.say()
    result = judge(folder, exercise, args.build, screen.colour, seed=args.seed)
    screen.result(result)
    return 0 if result.passed else 3 if result.faulty else 1


def show_hint(screen, folder, exercise):
    """The next rung of the ladder of the test that failed last; the last one stays."""
    failing = folder.entry(exercise).get("failing")
    if failing not in exercise.hints:
        screen.say(screen.words("hint_none"))
        return
    ladder = exercise.hints[failing]
    test = next(t for t in exercise.tests if t.name == failing)
    rung = min(folder.entry(exercise).get("hints", {}).get(failing, 0), len(ladder) - 1)
    screen.say(screen.paint(screen.words("hint_rung", rung=rung + 1, all=len(ladder),
                                         test=screen.words.of(test.says)), "bold"), 1)
    screen.wrapped(screen.words.of(ladder[rung]), 3, "yellow")
    if rung + 1 < len(ladder):
        screen.say(screen.paint(screen.words("hint_more"), "dim"), 1)
    folder.update(exercise, lambda entry: entry.setdefault("hints", {}).update({failing: rung + 1}))


def hint_(screen, folder, exercises, args):
    exercise = picked(folder, exercises, args.exercise)
    result = judge(folder, exercise, args.build)
    screen.heading(exercise)
    screen.say()
    if not result.compiled:
        screen.say(screen.words("hint_compile"), 1)
        screen.compiler(result.compiler)
        return 1
    if result.first_failure:
        screen.test(exercise, result.first_failure)
        screen.say()
    show_hint(screen, folder, exercise)
    return 0


def run_(screen, folder, exercises, args):
    return run_program(screen, folder, named(exercises, args.exercise), args.arguments)


def run_program(screen, folder, exercise, arguments=()):
    """Runs it on this terminal, as the student would."""
    with tempfile.TemporaryDirectory(prefix="lab-") as place:
        program = Path(place) / exercise.name
        good, said = judging.compile_source(folder.source(exercise), program, colour=screen.colour)
        sys.stdout.write(said)
        if not good:
            return 1
        screen.say(screen.paint(screen.words("running", name=" ".join([exercise.name, *arguments])), "dim"))
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program
        try:
            child = subprocess.Popen([program, *arguments], restore_signals=True,
                                     preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
            code = child.wait()
        finally:
            signal.signal(signal.SIGINT, handler)
        told = (screen.words("ended_code", code=code) if code >= 0 else
                screen.words("ended_signal", signal=signal.Signals(-code).name))
        screen.say(screen.paint(told, "dim"))
        return code if code >= 0 else 128 - code


def reset_(screen, folder, exercises, args):
    exercise = named(exercises, args.exercise)
    kept = folder.reset(exercise)
    key = "reset_kept" if kept else "reset_new"
    screen.say(screen.words(key, name=exercise.name, kept=kept and kept.relative_to(folder.path)))
    return 0


def solution_(screen, folder, exercises, args):
    exercise = named(exercises, args.exercise)
    if "passed" not in folder.entry(exercise):
        screen.say(screen.words("solution_locked", name=exercise.name))
        return 1
    sys.stdout.write(exercise.solution_source.read_text(encoding="utf-8"))
    return 0


def stress_(screen, folder, exercises, args):
    """The same program, with other inputs each time, beside a busy loop on each processor."""
    exercise = named(exercises, args.exercise)
    screen.heading(exercise)
    with tempfile.TemporaryDirectory(prefix="lab-") as place, check.Load(True):
        program = Path(place) / exercise.name
        good, said = judging.compile_source(folder.source(exercise), program)
        if not good:
            screen.compiler(said)
            return 1
        for run in range(1, args.runs + 1):
            result = judging.judge(exercise, program, args.build, seed=run)
            if screen.tty:
                screen.out.write(f"\r {screen.bar(run, args.runs)}  {run}/{args.runs} ")
                screen.out.flush()
            if not result.passed:
                screen.say()
                screen.result(result)
                screen.say(screen.words("stress_bad", run=run, runs=args.runs, name=exercise.name, seed=run))
                return 1
    screen.say()
    screen.say(screen.paint("✓ " + screen.words("stress_good", runs=args.runs), "green"), 1)
    return 0
