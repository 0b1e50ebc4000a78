"""From a source file to verdicts: the compiler, then the exercise's judge, one JSON line a test."""

import json
import os
import selectors
import subprocess
import tempfile
import time
from pathlib import Path

from . import processes
from .model import FAILED, FAULT, PASSED, ExerciseResult, TestResult, all_failed

FLAGS = ("-std=c++20", "-O1", "-g", "-Wall", "-Wextra", "-pthread")
COMPILER = os.environ.get("CXX", "g++")
COMPILE_SECONDS = 120  # on the wall clock; in the sandbox the processor's time is limited, too
JUDGE_SECONDS = 120  # of one exercise; each test's own deadlines are far shorter
BARE = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8"}  # what a stranger may know of ours


def compile_source(source, program, flags=(), colour=False, stop=None):
    """(did it, what the compiler said). The paths in its messages are those that the student knows."""
    extra = ["-fdiagnostics-color=always"] if colour else []
    code, said = processes.run_limited(
        [COMPILER, *FLAGS, *extra, *flags, "-o", str(program), source.name], COMPILE_SECONDS,
        stop, cwd=source.parent)
    if code is None:
        said += f"\nThe compiler was stopped after {COMPILE_SECONDS} s.\n"
    return code == 0, said


def records(judge, program, seed=1, wrap=(), before=(), only=(), stop=None, folder=None,
            seconds=JUDGE_SECONDS):
    """Each test's record as soon as its judge has written it. What the judge says on stderr, or how it died,
    comes last, as {"fault": …}. `wrap` stands before the program, `before` before the judge itself. `stop()` true
    ends it at once. `folder`: where the tests' directories are."""
    theirs, ours = os.pipe()
    command = [*before, str(judge), "--program", str(program), "--seed", str(seed), "--report", str(ours)]
    command += [word for part in wrap for word in ("--wrap", part)]
    command += [word for name in only for word in ("--only", name)]
    # A sandboxed program can read what its init was started with, in /proc/1/environ; and the judge starts that.
    environment = BARE | {"PATH": os.environ["PATH"]} if wrap or before else os.environ
    environment = environment | {"LAB_PATIENCE": str(patience())} | ({"TMPDIR": str(folder)} if folder else {})
    with tempfile.TemporaryFile() as stderr:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=stderr, pass_fds=(ours,), start_new_session=True,
                                 env=environment)
        os.close(ours)
        fault, ended = None, False
        try:
            for line in _lines(theirs, time.monotonic() + seconds * patience(), stop):
                yield json.loads(line)
            ended = not (stop and stop()) and _wait(child)
            stderr.seek(0)
            said = stderr.read().decode(errors="replace").strip()
            if child.returncode != 0:
                fault = said or f"the judge ended with status {child.returncode}"
        except ValueError as error:
            fault = f"the judge wrote {error}"
        finally:
            os.close(theirs)
            if not ended:
                processes.sweep(child)
            processes.reap_adopted(child)
    if fault:
        yield {"fault": fault}


def patience():
    """How many times longer than alone things take here now; a deadline that a busy neighbour makes one miss
    would be no verdict."""
    return max(1, min(8, round(os.getloadavg()[0] / (os.cpu_count() or 1))))


def _wait(child):
    try:
        child.wait(timeout=5)
        return True
    except subprocess.TimeoutExpired:
        return False


def _lines(descriptor, deadline, stop):
    """Whole lines, until the end of file, the deadline or stop()."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while time.monotonic() < deadline and not (stop and stop()):
            if not selector.select(0.05):
                continue
            got = os.read(descriptor, 65536)
            if not got:
                return
            *lines, rest = (rest + got).split(b"\n")
            yield from lines


def judge(exercise, program, build, seen=None, **how):
    """The ExerciseResult of a compiled program. `seen(result)` is called for each test as it comes."""
    result = ExerciseResult(exercise)
    open_tests = {t.name: t for t in exercise.tests if not how.get("only") or t.name in how["only"]}
    fault = "the judge ended before this test"
    for record in records(exercise.judge(build), program, **how):
        if "fault" in record:
            fault = record["fault"]
            continue
        test = open_tests.pop(record["test"], None)
        if test is None:
            fault = f"the judge speaks of {record['test']}, which exercise.json does not know"
            continue
        status = record["verdict"] if record["verdict"] in (PASSED, FAILED) else FAULT
        result.tests.append(TestResult(test.name, test.says, status, test.points, record["message"],
                                       record["args"], record["ms"]))
        if seen:
            seen(result.tests[-1])
    if how.get("stop") and how["stop"]():
        return result  # given up: what is missing is nobody's fault
    for test in open_tests.values():
        result.tests.append(TestResult(test.name, test.says, FAULT, test.points, fault))
        if seen:
            seen(result.tests[-1])
    return result


def judge_source(exercise, source, build, colour=False, flags=(), **how):
    """Compiles and judges. The program lives in a folder of its own, as long as that takes."""
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        os.chmod(folder, 0o755)
        program = Path(folder) / exercise.name
        good, said = compile_source(source, program, flags, colour, how.get("stop"))
        if not good:
            return all_failed(exercise, "compile", said)
        result = judge(exercise, program, build, **how)
        result.compiler = said
        return result
