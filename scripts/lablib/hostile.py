"""`lab hostile`: programs that mean harm, handed in as write_all. None gets a point, hangs the grader, leaves a
process, or costs a neighbour his: a right solution is graded beside each of them.

Only inside the sandbox. tests/lab/hostile/ has the programs, expected.json what the judge is to say of each, and the
harm that each does outside (control.py).
"""

import tempfile
import time
from pathlib import Path

from . import catalog, commands, control, grade, judging, machine, processes, sandbox, users
from .model import PASSED

FOLDER = catalog.ROOT / "tests/lab/hostile"
TESTS = ("plain", "full_disk")
KNOWN_SEED = "seed 1"  # the harm of a program that knows what seed 1 brings
LONGEST = 60  # seconds for one of them, on an idle machine; the judge's own deadlines are below 15


def expected():
    """{name: {"says": messages, "harm": a key of control.SIGNS, or KNOWN_SEED}}"""
    return catalog.read_json(FOLDER / "expected.json")


def write_all():
    """The exercise that each is handed in as."""
    return commands.named(catalog.exercises(), "write_all")


def source_of(name, solution):
    """`solution`: where it thinks that it finds one."""
    return (FOLDER / f"{name}.cpp").read_text().replace("SOLUTION", str(solution))


def hand_in(name, build, user, seed):
    """(the result, seconds) of one hostile program."""
    exercise = write_all()
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        source = Path(folder) / "write_all.cpp"
        source.write_text(source_of(name, exercise.solution_source))
        start = time.monotonic()
        with sandbox.Job(user, build) as job:
            result = job.judge(exercise, source, only=TESTS, seed=seed)
        return result, time.monotonic() - start


def neighbour(build):
    """The right solution, at the same time, in a job of its own."""
    exercise = write_all()
    with users.User() as user, sandbox.Job(user, build) as job:
        return job.judge(exercise, exercise.solution_source, only=TESTS)


def check(name, says, build, user, pool):
    """What is wrong with the grader, as lines; and what it said."""
    def of_the_user():
        return processes.owned(lambda uid: uid == user.uid)

    patience = judging.patience()  # the judge's: a fork bomb's load is still in it when the bomb is long gone
    before = of_the_user()  # another grader had that user, and may not have buried all yet
    beside = pool.submit(neighbour, build)
    result, seconds = hand_in(name, build, user, grade.new_seed())
    problems = []
    said = "compile" if not result.compiled else result.tests[0].message
    if result.points or result.faulty:
        problems.append(f"{name}: {result.points} points, {'a fault of the judge' if result.faulty else 'no fault'}: "
                        f"{[(t.name, t.status, t.message) for t in result.tests]}")
    if said not in says:
        problems.append(f"{name}: the judge says '{said}', and not {says}")
    if seconds > LONGEST * max(patience, judging.patience()):
        problems.append(f"{name}: it held the grader for {seconds:.0f} s")
    if left := of_the_user() - before:
        problems.append(f"{name}: processes are left: {sorted(left)}")
    if not beside.result().passed:
        tests = [(t.name, t.message, t.args) for t in beside.result().tests]
        problems.append(f"{name}: the neighbour lost points: {tests}")
    return said, seconds, problems


def check_harm(name, harm, build, user):
    """What is wrong with the fixture, as a line: it does no harm where nothing keeps it from it."""
    if harm == KNOWN_SEED:
        done = hand_in(name, build, user, 1)[0].tests[0].status == PASSED
    else:
        solution = write_all().solution_source.read_text()
        done = control.does_harm(source_of(name, control.SOLUTION), harm, solution, user)
    return [] if done else [f"{name}: before a careless grader it does not do its harm: {harm}"]


def run(screen, args):
    lacks = machine.missing()
    if lacks:
        print(screen.words("no_sandbox", missing=", ".join(lacks)))
        return 77
    known = expected()
    names = args.names or sorted(known)
    if unknown := [name for name in names if name not in known]:
        print(f"there is no {unknown[0]}; there is: {' '.join(sorted(known))}")
        return 2
    problems = []
    if args.control:
        for name in names:
            start, harm = time.monotonic(), known[name]["harm"]
            with users.User() as user:
                found = check_harm(name, harm, args.build, user)
            print(f"{'✗' if found else '✓'} {name:<24} {harm:<34} {time.monotonic() - start:5.1f} s", flush=True)
            problems += found
        return told(names, problems)
    # The neighbour is graded by a process of its own, as grade-all does it.
    with processes.pool(1) as pool:
        pool.submit(int).result()  # it starts before there is anything to inherit
        for name in names:
            with users.User() as user:
                said, seconds, found = check(name, known[name]["says"], args.build, user, pool)
            print(f"{'✗' if found else '✓'} {name:<24} {said:<14} {seconds:5.1f} s", flush=True)
            problems += found
    return told(names, problems)


def told(names, problems):
    for line in problems:
        print(line)
    print(f"{len(names)} hostile submissions, {len(problems)} problems")
    return 1 if problems else 0
