"""`lab check`: is every exercise what it says? Its starter fails for the reason that it names, its solution
passes again and again, each typical mistake is caught with its message, and both languages are complete."""

import concurrent.futures
import os
import re
import shutil
import string
import subprocess
import tempfile
from pathlib import Path

from . import catalog, judging, processes, windows, words
from .model import FAULT, PASSED

CAUGHT = re.compile(r"// Caught: (\w+) (\w+)$")
STRANGERS = sorted((catalog.ROOT / "tests/lab/strangers").glob("*.cpp"))
RUNGS = 3  # of a ladder of hints: the idea, the call, near-code


class Problems:
    def __init__(self, exercise):
        self.exercise, self.lines = exercise, []

    def add(self, text):
        self.lines.append(f"{self.exercise.chapter}/{self.exercise.name}: {text}")


def check_exercise(exercise, build, repeats):
    """All problems of one exercise, as lines."""
    problems = Problems(exercise)
    try:
        check_texts(exercise, build, problems)
        check_starter(exercise, build, problems)
        check_solution(exercise, build, repeats, problems)
        check_wrong(exercise, build, problems)
        check_strangers(exercise, build, problems)
    except (catalog.Broken, OSError) as error:
        problems.add(str(error))
    return problems.lines


def check_texts(exercise, build, problems):
    names = [test.name for test in exercise.tests]
    listed = subprocess.run([exercise.judge(build), "--list"], capture_output=True, text=True).stdout.split()
    if listed != names:
        problems.add(f"exercise.json has the tests {names}, its judge {listed}")
    if sorted(exercise.hints) != sorted(names):
        problems.add(f"hints.json has ladders for {sorted(exercise.hints)}, the tests are {sorted(names)}")
    for name, ladder in exercise.hints.items():
        if len(ladder) != RUNGS:
            problems.add(f"hints.json: {name} has {len(ladder)} rungs, not {RUNGS}")
        for rung in ladder:
            both_languages(rung, f"hints.json: {name}", problems)
    for field in ("title", "teaches"):
        both_languages(getattr(exercise, field), f"exercise.json: {field}", problems)
    for test in exercise.tests:
        both_languages(test.says, f"exercise.json: {test.name}", problems)
    for key, texts in exercise.messages.items():
        both_languages(texts, f"messages.json: {key}", problems)
    code = (exercise.folder / "test.cpp").read_text(encoding="utf-8")
    for key in set(re.findall(r'\bfailed\(\s*"(\w+)"', code)) - set(exercise.messages):
        problems.add(f"test.cpp says {key}, and messages.json has no such sentence")
    own = exercise.folder / "messages.json"
    for key in catalog.read_json(own) if own.exists() else ():
        if f'"{key}"' not in code:
            problems.add(f"messages.json: no test says {key}")


def both_languages(texts, where, problems):
    if set(texts) != set(catalog.LANGUAGES) or not all(text.strip() for text in texts.values()):
        problems.add(f"{where}: is not there in {' and '.join(catalog.LANGUAGES)}")
    if len({frozenset(fields(text)) for text in texts.values()}) > 1:
        problems.add(f"{where}: the languages fill in different {{names}}")


def fields(text):
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {"(no format)"}


def check_starter(exercise, build, problems):
    result = judging.judge_source(exercise, exercise.starter_source, build)
    expect(result, exercise.starter["test"], exercise.starter["message"], "starter.cpp", problems)


def check_windows(exercise, build):
    """All problems that a portable exercise has on Windows, as lines: its starter fails there for the same reason,
    and its solution passes."""
    problems = Problems(exercise)
    starter = windows.judge_source(exercise, exercise.starter_source, build)
    expect(starter, exercise.starter["test"], exercise.starter["message"], "starter.cpp under Wine", problems)
    solution = windows.judge_source(exercise, exercise.solution_source, build, ("-Werror",))
    if not solution.compiled:
        problems.add(f"solution.cpp does not compile for Windows without a warning:\n{solution.compiler}")
    for test in solution.tests:
        if solution.compiled and test.status != PASSED:
            problems.add(f"solution.cpp under Wine: {test.name} says '{test.message}' {test.args}")
    return problems.lines


def check_wrong(exercise, build, problems):
    catching = set()
    if len(exercise.wrong_sources) < 3:
        problems.add(f"wrong/ has {len(exercise.wrong_sources)} variants; three are the least")
    for source in exercise.wrong_sources:
        first = CAUGHT.match(source.read_text(encoding="utf-8").split("\n")[0])
        if not first:
            problems.add(f"wrong/{source.name}: its first line is not '// Caught: TEST MESSAGE'")
            continue
        catching.add(first[1])
        result = judging.judge_source(exercise, source, build)
        expect(result, first[1], first[2], f"wrong/{source.name}", problems)
    for test in exercise.tests:
        if test.name not in catching:
            problems.add(f"the test {test.name} catches none of wrong/")


def check_strangers(exercise, build, problems):
    """Programs that know nothing of the exercise: what they do is their failure, and never a fault of the judge, which
    nobody would score."""
    for source in STRANGERS:
        result = judging.judge_source(exercise, source, build)
        if judged(result, source.name, problems) and all(test.status == PASSED for test in result.tests):
            problems.add(f"{source.name} passes all tests")


def judged(result, what, problems):
    """The program compiled; and a fault of the judge's own is a problem."""
    if not result.compiled:
        problems.add(f"{what} does not compile:\n{result.compiler}")
    for got in result.tests if result.compiled else ():
        if got.status == FAULT:
            problems.add(f"{what}: {got.name}: the judge's own fault: {got.message}")
    return result.compiled


def expect(result, test, message, what, problems):
    """The program compiled, and `test` failed with `message`, whatever the others said."""
    if not judged(result, what, problems):
        return
    for got in result.tests:
        if got.status != FAULT and got.message and got.message not in result.exercise.messages:
            problems.add(f"{what}: {got.name} says {got.message}, which messages.json does not have")
        if got.name == test and got.message != message:
            problems.add(f"{what}: {test} says '{got.message or 'passed'}' {got.args}, not '{message}'")
    if test not in {got.name for got in result.tests}:
        problems.add(f"{what}: there is no test {test}")


def check_solution(exercise, build, repeats, problems):
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        os.chmod(folder, 0o755)
        program = Path(folder) / exercise.name
        good, said = judging.compile_source(exercise.solution_source, program, ("-Werror",))
        if not good:
            problems.add(f"solution.cpp does not compile without a warning:\n{said}")
            return
        for seed in range(1, repeats + 1):
            result = judging.judge(exercise, program, build, seed=seed, wrap=normal_user(seed))
            for test in result.tests:
                if test.status != PASSED:
                    problems.add(f"solution.cpp: run {seed} of {repeats}: {test.name} says "
                                 f"'{test.message}' {test.args}")
                    return


def normal_user(seed):
    """Where the lab is run by root, every second run is nobody's: what works must work for all."""
    if os.geteuid() != 0 or seed % 2 == 0 or not shutil.which("setpriv"):
        return ()
    return ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def check_words():
    problems = []
    for key, texts in words.OWN.items():
        if set(texts) != set(catalog.LANGUAGES) or len({frozenset(fields(t)) for t in texts.values()}) > 1:
            problems.append(f"scripts/lablib/words.json: {key} is not complete in both languages")
    return problems


class Load:
    """One busy loop a processor, while it lasts: what passes on an idle machine alone is not right."""

    def __init__(self, wanted):
        self.count, self.loops = (os.cpu_count() or 1) if wanted else 0, []

    def __enter__(self):
        self.loops = [subprocess.Popen(["sh", "-c", "while :; do :; done"], preexec_fn=processes.die_with_parent)
                      for _ in range(self.count)]

    def __exit__(self, *_):
        for loop in self.loops:
            loop.kill()
            loop.wait()


def run(args, chosen):
    repeats = args.repeat or (3 if args.quick else 50)
    problems, checked = check_words(), 0
    with Load(not args.quick), processes.pool(args.jobs) as pool:
        work = {pool.submit(check_exercise, e, args.build, repeats): e for e in chosen}
        for done in concurrent.futures.as_completed(work):
            exercise, found = work[done], done.result()
            checked += 1
            mark = "✗" if found else "✓"
            print(f"{mark} {exercise.chapter} {exercise.name}: starter, solution ×{repeats}, "
                  f"{len(exercise.wrong_sources)} mistakes, {len(exercise.tests)} tests", flush=True)
            problems += found
    problems += run_windows([e for e in chosen if e.windows], args.build)
    for line in problems:
        print(line)
    print(f"{checked} exercises, {len(problems)} problems")
    return 1 if problems or not checked else 0


def run_windows(portable, build):
    """When the others are done, and one by one: all share Wine's server."""
    missing = windows.missing()
    if portable and missing:
        print(f"– skipped for Windows: {', '.join(e.name for e in portable)}: {missing}")
    problems = []
    for exercise in portable if not missing else ():
        found = check_windows(exercise, build)
        print(f"{'✗' if found else '✓'} {exercise.chapter} {exercise.name} for Windows, under Wine: starter, solution",
              flush=True)
        problems += found
    return problems
