"""`lab grade`: a whole submission, in or outside the sandbox, into one Grade; formats.py writes it down."""

import hashlib
import secrets
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import formats, judging, machine, model, processes, sandbox, student, users
from .screen import Screen

TRIES = 2  # of an exercise in which the judge itself failed, as on a machine that is out of processes


@dataclass
class Grade:
    exercises: list  # all that count, judged or not
    seed: int
    results: list = field(default_factory=list)
    seconds: float = 0.0
    submission: str = ""  # what was judged, by digest()
    finished: bool = False

    @property
    def points(self):
        return sum(result.points for result in self.results)

    @property
    def max_points(self):
        return sum(exercise.points for exercise in self.exercises)

    @property
    def faulty(self):
        """Names of the exercises in which the judge itself failed. Where there is one, there is no mark."""
        return [result.exercise.name for result in self.results if result.faulty]


def find(folder, exercise):
    """The submission's file for it: DIR/chNN/NAME.cpp or DIR/NAME.cpp; None: not handed in. Links do not count,
    nor what they lead to: who can link can read what the grader can."""
    for path in (folder / exercise.chapter / f"{exercise.name}.cpp", folder / f"{exercise.name}.cpp"):
        if path.is_file() and not path.is_symlink() and path.resolve() == folder.resolve() / path.relative_to(folder):
            return path
    return None


def digest(folder, exercises):
    """Another name for each different submission to these exercises: who hands in again is graded again."""
    known = hashlib.sha256()
    for exercise in exercises:
        source = find(folder, exercise)
        try:
            content = sandbox.read_plain(source, sandbox.LONGEST_SOURCE) if source else b"none"
        except (sandbox.Refused, OSError):
            content = b"refused"
        known.update(f"{exercise.name} {exercise.points} {len(content)}\n".encode() + content)
    return known.hexdigest()


def judge(exercise, source, build, user, **how):
    """`user`: whom a stranger's program runs as, in the sandbox. None: ourselves, outside."""
    if source is None:
        return model.all_failed(exercise, "not_handed_in")
    if user is None:
        return judging.judge_source(exercise, source, build, **how)
    try:
        with sandbox.Job(user, build) as job:
            return job.judge(exercise, source, **how)
    except sandbox.Refused as error:
        return model.all_failed(exercise, "compile", str(error))
    except OSError as error:  # the sandbox's trouble, not the submission's
        result = model.all_failed(exercise, str(error))
        for test in result.tests:
            test.status = model.FAULT
        return result


def grade(folder, exercises, build, user=None, seed=None, changed=None):
    """The Grade of a folder. `changed(grade)` is called after each test, so that what is earned is written."""
    total = Grade(list(exercises), new_seed() if seed is None else seed, submission=digest(folder, exercises))
    start = time.monotonic()

    def tell():
        total.seconds = time.monotonic() - start
        if changed:
            changed(total)

    for exercise in exercises:
        for attempt in range(TRIES):
            partial = model.ExerciseResult(exercise)
            total.results = [*total.results[:len(total.results) - bool(attempt)], partial]

            def seen(test, partial=partial):
                partial.tests.append(test)
                tell()

            result = judge(exercise, find(folder, exercise), build, user, seed=total.seed, seen=seen)
            total.results[-1] = result
            if not result.faulty:
                break
        tell()
    total.finished = True
    tell()
    return total


def new_seed():
    return secrets.randbelow(1 << 31)


def refused(screen, args):
    """True: strangers' code is not run here, and it was said why. What a sandbox lacks is said in any case."""
    lacks = [] if args.trust else machine.missing()
    if not lacks:
        return False
    less = args.accept_less and machine.possible()
    said = "less_sandbox" if less else "no_isolation" if args.accept_less else "no_sandbox"
    print(screen.words(said, missing=", ".join(lacks)), file=sys.stderr)
    return not less


def run(screen, exercises, args):
    """The command. Exit code 0: graded, whatever the mark; 3: the judge itself failed; 4: refused."""
    own = args.folder is None
    folder = student.Folder.find().path if own else args.folder
    if not folder.is_dir():
        print(screen.words("no_such_folder", path=folder), file=sys.stderr)
        return 2
    if not own and refused(screen, args):
        return 4
    if own or args.trust:
        return grade_as(None, screen, folder, exercises, args)
    processes.keep_to_ourselves()
    sandbox.clean_up()
    try:
        with users.User(args.slot) as user:
            return grade_as(user, screen, folder, exercises, args)
    except users.Taken as uid:
        print(screen.words("user_taken", uid=str(uid)), file=sys.stderr)
        return 4


def grade_as(user, screen, folder, exercises, args):
    write = formats.FORMATS[args.format]

    def changed(total):
        if args.output:
            student.write_atomically(args.output, write(total, screen.words))

    showing = Screen(screen.words, sys.stderr)

    def progress(total):
        changed(total)
        showing.passing(f"{len(total.results)}/{len(exercises)}  {total.results[-1].exercise.name}"
                        if total.results else "")

    total = grade(folder, exercises, args.build, user, args.seed, progress)
    showing.passing()
    if args.output:
        changed(total)
    elif args.format == "text":
        formats.show(total, screen)
    else:
        sys.stdout.write(write(total, screen.words))
    return 3 if total.faulty else 0
