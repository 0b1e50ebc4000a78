"""`lab hostile`: programs that mean harm, handed in as write_all. None gets a point, hangs the grader, leaves a
process, or costs a neighbour his: a right solution is graded beside each of them.

Only inside the sandbox. tests/lab/hostile/ has the programs, expected.json what the judge is to say of each.
"""

import concurrent.futures
import tempfile
import time
from pathlib import Path

from . import catalog, commands, judging, machine, processes, sandbox, users

FOLDER = catalog.ROOT / "tests/lab/hostile"
TESTS = ("plain", "full_disk")
LONGEST = 60  # seconds for one of them, on an idle machine; the judge's own deadlines are below 15


def hand_in(name, build, user):
    """(the result, seconds) of one hostile program."""
    exercise = commands.named(catalog.exercises(), "write_all")
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        source = Path(folder) / "write_all.cpp"
        code = (FOLDER / f"{name}.cpp").read_text().replace("SOLUTION", str(exercise.solution_source))
        source.write_text(code)
        start = time.monotonic()
        with sandbox.Job(user, build) as job:
            result = job.judge(exercise, source, only=TESTS)
        return result, time.monotonic() - start


def neighbour(build):
    """The right solution, at the same time, in a job of its own."""
    exercise = commands.named(catalog.exercises(), "write_all")
    with users.User() as user, sandbox.Job(user, build) as job:
        return job.judge(exercise, exercise.solution_source, only=TESTS)


def left_over(user):
    """Processes of that user, anywhere on this machine."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and entry.stat().st_uid == user.uid:
                found.append(entry.name)
        except OSError:
            pass
    return found


def check(name, expected, build, user, pool):
    """What is wrong with the grader, as lines; and what it said."""
    beside = pool.submit(neighbour, build)
    result, seconds = hand_in(name, build, user)
    problems = []
    said = "compile" if not result.compiled else result.tests[0].message
    if result.points or result.faulty:
        problems.append(f"{name}: {result.points} points, {'a fault of the judge' if result.faulty else 'no fault'}: "
                        f"{[(t.name, t.status, t.message) for t in result.tests]}")
    if said not in expected:
        problems.append(f"{name}: the judge says '{said}', and not {expected}")
    if seconds > LONGEST * judging.patience():
        problems.append(f"{name}: it held the grader for {seconds:.0f} s")
    if left := left_over(user):
        problems.append(f"{name}: processes are left: {left}")
    if not beside.result().passed:
        tests = [(t.name, t.message, t.args) for t in beside.result().tests]
        problems.append(f"{name}: the neighbour lost points: {tests}")
    return said, seconds, problems


def run(screen, args):
    lacks = machine.missing()
    if lacks:
        print(screen.words("no_sandbox", missing=", ".join(lacks)))
        return 77
    expected = catalog.read_json(FOLDER / "expected.json")
    names = args.names or sorted(expected)
    problems = []
    # The neighbour is graded by a process of its own, as grade-all does it.
    with concurrent.futures.ProcessPoolExecutor(1, initializer=processes.become_subreaper) as pool:
        pool.submit(int).result()  # it starts before there is anything to inherit
        for name in names:
            with users.User() as user:
                said, seconds, found = check(name, expected.get(name, []), args.build, user, pool)
            print(f"{'✗' if found else '✓'} {name:<24} {said:<14} {seconds:5.1f} s", flush=True)
            problems += found
    for line in problems:
        print(line)
    print(f"{len(names)} hostile submissions, {len(problems)} problems")
    return 1 if problems else 0
