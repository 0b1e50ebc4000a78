#!/usr/bin/env python3
"""scripts/lablib: what graders are told of a fixed Grade, what a bundle holds, that a class is graded once, and that
a portable exercise is judged for Windows, too."""

import base64
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
import xml.etree.ElementTree as xml
import zipfile
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PROCLAB_BUILD", ROOT / "build/release"))
HOSTILE = ROOT / "tests/lab/hostile"
sys.path.insert(0, str(ROOT / "scripts"))

from lablib import (catalog, check, commands, control, formats, grade, hostile, machine, model, processes, sandbox, summary,  # noqa: E402
                    users, windows, words)

EXERCISES = catalog.exercises()
WRITE_ALL = commands.named(EXERCISES, "write_all")
SAY = words.Words("en")


def lab(*arguments, code=0):
    ran = subprocess.run([sys.executable, "-B", "-m", "lablib", "--build", BUILD, *arguments], capture_output=True,
                         text=True, env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")}, timeout=250)
    if ran.returncode != code:
        raise AssertionError(f"{arguments}: {ran.returncode}\n{ran.stdout}{ran.stderr}")
    return ran.stdout


def a_grade(*statuses):
    """Of write_all, whose tests ended so; the rest passed."""
    tests = [model.TestResult(t.name, t.says, s, t.points, "killed" if s == model.FAILED else "", {"signal": "SIGX: <9>"})
             for t, s in zip(WRITE_ALL.tests, [*statuses, *[model.PASSED] * len(WRITE_ALL.tests)])]
    return grade.Grade([WRITE_ALL], 1, [model.ExerciseResult(WRITE_ALL, tests)], 2.0, finished=True)


class Formats(unittest.TestCase):
    good, fault = a_grade(model.FAILED), a_grade(model.FAULT)
    earned = WRITE_ALL.points - WRITE_ALL.tests[0].points

    def test_gradescope(self):
        tests = json.loads(formats.gradescope(self.good, SAY))["tests"]
        self.assertEqual(sum(t["score"] for t in tests), self.earned)
        self.assertEqual(sum(t["max_score"] for t in tests), WRITE_ALL.points)
        self.assertEqual((tests[0]["status"], tests[1]["status"], tests[0]["output_format"]), ("failed", "passed", "text"))
        self.assertNotIn('"score"', formats.gradescope(self.fault, SAY))

    def test_autolab_has_no_colon_after_a_word_inside_its_strings(self):
        feedback, scores = formats.autolab(self.good, SAY).splitlines()[-2:]
        self.assertEqual(json.loads(scores), {"scores": {"write_all": self.earned}, "scoreboard": [self.earned]})
        strings = re.findall(r'"((?:[^"\\]|\\.)*)"', feedback)
        self.assertFalse([s for s in strings if ":" in s])
        self.assertIn("SIGX", json.loads(feedback)["Test"]["write_all plain"]["hint"])
        self.assertEqual(json.loads(formats.autolab(self.fault, SAY).splitlines()[-1])["scores"], {})

    def test_exercism(self):
        data = json.loads(formats.exercism(self.good, SAY))
        self.assertEqual((data["version"], data["status"]), (3, "fail"))
        self.assertTrue(all(t["test_code"].startswith("Verdict ") for t in data["tests"]))
        self.assertLessEqual(len(data["tests"][0]["message"]), 500)
        self.assertEqual(json.loads(formats.exercism(self.fault, SAY))["status"], "error")

    def test_junit(self):
        suite = xml.fromstring(formats.junit(self.good, SAY))[0]
        self.assertEqual((suite.get("failures"), suite.get("errors")), ("1", "0"))
        self.assertIn("<9>", suite.find("testcase/failure").text)
        self.assertEqual(xml.fromstring(formats.junit(self.fault, SAY))[0].get("errors"), "1")

    def test_github_classroom(self):
        data = json.loads(base64.b64decode(formats.github_classroom(self.good, SAY)))
        self.assertEqual((data["version"], data["max_score"], sum(t["score"] for t in data["tests"])),
                         (1, WRITE_ALL.points, self.earned))

    def test_a_spreadsheet_gets_no_formula(self):
        self.assertEqual([summary.cell(v) for v in ("=1+1", "@x", "Ada", 7, None)], ["'=1+1", "'@x", "Ada", "7", ""])


@unittest.skipUnless(WRITE_ALL.judge(BUILD).exists(), "the judges are not built: ninja lab")
class Bundles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = Path(folder.name)

    def files(self, platform):
        """{name: content} of everything that is uploaded."""
        lab("bundle", platform, self.out, "--only", "ch02")
        found = {str(p.relative_to(self.out)): p.read_bytes() for p in self.out.rglob("*") if p.is_file()}
        for name in list(found):
            if name.endswith(".zip"):
                with zipfile.ZipFile(self.out / name) as archive:
                    found |= {n: archive.read(n) for n in archive.namelist()}
            if name.endswith(".tar"):
                with tarfile.open(self.out / name) as archive:
                    found |= {m.name: archive.extractfile(m).read() for m in archive if m.isfile()}
        return found

    def test_no_solution_is_inside(self):
        ours = [p for e in EXERCISES for p in (e.solution_source, *e.wrong_sources)]
        for platform in ("gradescope", "autolab", "github-classroom"):
            found = self.files(platform)
            self.assertIn("lab/build/release/bin/lab_write_all", found)
            self.assertFalse([n for n in found if re.search("solution|/wrong/|test.cpp", n)], platform)
            everything = set(found.values())
            self.assertFalse([p for p in ours if p.read_bytes() in everything], platform)

    @unittest.skipUnless(os.geteuid() == 0 and machine.possible(), "no isolation for strangers' programs here")
    def test_gradescopes_grader_runs_from_its_copy(self):
        lab("bundle", "gradescope", self.out, "--only", "write_all")
        at = self.out / "autograder"
        for name in ("source", "submission", "results"):
            (at / name).mkdir(parents=True)
        subprocess.run([sys.executable, "-m", "zipfile", "-e", self.out / "autograder.zip", at / "source"], check=True)
        (at / "source/lab/build/release/bin/lab_write_all").chmod(0o755)
        (at / "submission/write_all.cpp").write_bytes(WRITE_ALL.solution_source.read_bytes())
        subprocess.run(["bash", at / "source/run_autograder"], env=os.environ | {"AUTOGRADER": str(at)}, check=True,
                       timeout=200)
        tests = json.loads((at / "results/results.json").read_text())["tests"]
        self.assertEqual(sum(t["score"] for t in tests), WRITE_ALL.points)


class Windows(unittest.TestCase):
    quoting = commands.named(EXERCISES, "quoting")

    def test_what_is_missing_is_said(self):
        said = io.StringIO()
        with mock.patch.object(windows, "COMPILER", "no-such-compiler"), contextlib.redirect_stdout(said):
            self.assertEqual(check.run_windows([self.quoting], BUILD), [])
        self.assertEqual(said.getvalue(), "– skipped for Windows: quoting: no-such-compiler is not installed\n")

    def test_a_starter_fails_a_solution_passes_and_another_does_not(self):
        if not self.quoting.judge(BUILD).exists():
            self.skipTest("the judges are not built: ninja lab")
        if why := windows.missing():
            self.skipTest(why)
        self.assertEqual(check.check_windows(self.quoting, BUILD), [])
        mistake = property(lambda exercise: exercise.folder / "wrong/no_quote_escaped.cpp")
        with mock.patch.object(catalog.Exercise, "solution_source", mistake):
            problems = check.check_windows(self.quoting, BUILD)
        self.assertIn("solution.cpp under Wine: quotes says", "\n".join(problems))


@unittest.skipUnless(WRITE_ALL.judge(BUILD).exists() and not machine.missing(), "no judges, or no full sandbox here")
class Class(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        handed_in = {"right": WRITE_ALL.solution_source, "wrong": WRITE_ALL.wrong_sources[0],
                     "hostile": HOSTILE / "prints_passed.cpp", "empty": None}
        for name, source in handed_in.items():
            (self.top / "class" / name).mkdir(parents=True)
            if source:
                (self.top / "class" / name / "write_all.cpp").write_bytes(source.read_bytes())

    def marks(self, out, seed="7"):
        said = lab("grade-all", self.top / "class", "--out", self.top / out, "--only", "write_all", "--seed", seed)
        rows = (self.top / out / "summary.csv").read_text().splitlines()[1:]
        return said, {row.split(",")[0]: row.split(",")[1] for row in rows}

    def test_the_same_marks_twice_and_each_once(self):
        _, first = self.marks("one")
        self.assertEqual((first["right"], first["hostile"], first["empty"]), (str(WRITE_ALL.points), "0", "0"))
        self.assertLess(int(first["wrong"]), WRITE_ALL.points)
        self.assertEqual(self.marks("two")[1], first)
        record = self.top / "one/marks/wrong.json"
        record.write_text(json.dumps(json.loads(record.read_text()) | {"finished": False}))
        said, again = self.marks("one")
        self.assertEqual(again, first)
        self.assertIn("4/4 wrong", said)  # it alone was partial
        self.assertNotIn("right", said)

    def test_a_grader_that_was_killed_leaves_nothing(self):
        source = self.top / "class/hostile/write_all.cpp"
        source.write_bytes((HOSTILE / "blocks_and_sleeps.cpp").read_bytes())
        user, slot = machine.FIRST_UID + 777, "777"
        ours = lambda: {p.name for p in Path("/proc").glob("[0-9]*") if owner(p) == user}  # noqa: E731
        grader = subprocess.Popen([sys.executable, "-B", "-m", "lablib", "--build", BUILD, "grade", source.parent, "--slot",
                                   slot, "--only", "write_all"], env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")},
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("the submission runs", lambda: any(name_of(p) == "write_all" for p in ours()))
        grader.kill()
        grader.wait()
        wait_for("the sandbox is gone", lambda: not ours())

    def test_a_check_that_is_asked_to_end_does_not_begin_the_rest(self):
        checker = subprocess.Popen([sys.executable, "-B", "-m", "lablib", "--build", BUILD, "check", "--jobs", "2"],
                                   env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")}, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        below = lambda: processes.descendants(checker.pid)  # noqa: E731
        wait_for("it works", lambda: len(below()) > 4)
        left = set(below())
        checker.terminate()
        self.assertEqual(checker.wait(60), 143)
        wait_for("all of it is gone", lambda: not any(Path(f"/proc/{pid}").exists() for pid in left))


# Another program in the place of one of the sandbox's own. It works until it is asked for what STEP names.
STUB = """#!/bin/bash
case "$*" in *{step}*) echo "{name}: out of order" >&2; exit {code} ;; esac
exec {real} "$@"
"""
STEPS = {"compile": "-std=c++20", "run": "/box"}  # words that only this step has
# Whoever has python3 in a home directory: nobody may not go there.
PYTHON = next((p for p in (sys.executable, "/usr/bin/python3") if not p.startswith(str(Path.home()))), "")
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


@unittest.skipUnless(WRITE_ALL.judge(BUILD).exists() and machine.possible(), "no judges, or no isolation here")
class Machinery(unittest.TestCase):
    """Where the sandbox itself fails, nobody has failed: no mark, and the reason."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        self.top.chmod(0o755)
        (self.top / "bin").mkdir()
        (self.top / "right").mkdir()
        (self.top / "right/write_all.cpp").write_bytes(WRITE_ALL.solution_source.read_bytes())

    def stub(self, name, step, code=1):
        path = self.top / "bin" / name
        path.write_text(STUB.format(step=step, name=name, code=code, real=shutil.which(name)))
        path.chmod(0o755)

    def grade(self, *arguments, before=(), **environment):
        """(exit code, the result, stderr) of `lab grade` on the right solution; the stubs come first in PATH."""
        paths = f"{self.top}/bin:{os.environ['PATH']}"
        ran = subprocess.run([*before, PYTHON if before else sys.executable, "-B", "-m", "lablib", "--build", BUILD,
                              "grade", self.top / "right", "--only", "write_all", "--format", "json", *arguments],
                             capture_output=True, text=True,
                             env=os.environ | {"PYTHONPATH": str(ROOT / "scripts"), "PATH": paths} | environment,
                             timeout=250)
        return ran.returncode, json.loads(ran.stdout) if ran.stdout else {}, ran.stderr

    def assert_fault(self, graded, reason):
        code, result, stderr = graded
        self.assertEqual((code, result.get("points")), (3, None), f"{result} {stderr}")
        self.assertTrue(result["exercises"][0]["compiled"])
        for test in result["exercises"][0]["tests"]:
            self.assertEqual(test["status"], "fault")
            self.assertIn(reason, test["text"])

    @unittest.skipIf(machine.missing(), "no full sandbox here")
    def test_each_tool_fails_at_each_step(self):
        for name in ("setpriv", "prlimit", "bwrap"):
            for step, word in STEPS.items():
                with self.subTest(name=name, step=step):
                    self.stub(name, word)
                    self.assert_fault(self.grade(), f"{name}: out of order")
                    (self.top / "bin" / name).unlink()

    @unittest.skipIf(machine.missing(), "no full sandbox here")
    def test_what_fails_once_is_tried_again(self):
        (self.top / "failed").mkdir()
        (self.top / "failed").chmod(0o777)
        for step, word in STEPS.items():
            with self.subTest(step=step):
                path = self.top / "bin/bwrap"
                path.write_text(f'#!/bin/bash\ncase "$*" in *{word}*) mkdir {self.top}/failed/{step} 2>/dev/null && exit 1 ;; '
                                f'esac\nexec {shutil.which("bwrap")} "$@"\n')
                path.chmod(0o755)
                code, result, said = self.grade()
                self.assertEqual((code, result.get("points")), (0, WRITE_ALL.points), f"{result} {said}")
                self.assertTrue((self.top / "failed" / step).exists())
                path.unlink()

    @unittest.skipIf(machine.missing(), "no full sandbox here")
    def test_an_exit_code_of_the_sandbox_is_none_of_the_programs(self):
        for code in (0, 137):
            with self.subTest(code=code):
                self.stub("bwrap", STEPS["run"], code)
                self.assert_fault(self.grade(), "the sandbox did not start the program")

    @unittest.skipIf(machine.missing(), "no full sandbox here")
    def test_a_compiler_that_is_not_there_or_compiles_nothing(self):
        for compiler, says in (("/usr/bin/no-such", "no-such: No such file"), ("false", "nothing compiles")):
            with self.subTest(compiler=compiler):
                self.assert_fault(self.grade(CXX=compiler), says)

    def test_a_bwrap_that_never_works_or_is_not_there(self):
        self.stub("bwrap", "")
        for before in ((), NOBODY if machine.is_root() else ()):
            with self.subTest(before=before):
                code, _, said = self.grade(before=before)
                self.assertEqual(code, 4)
                self.assertIn("a bwrap that works (bwrap: out of order)", said)
        for name in ("bash", "setpriv", "prlimit", "mount", "umount", "g++"):
            (self.top / "bin" / name).symlink_to(shutil.which(name))
        (self.top / "bin/bwrap").unlink()
        code, _, said = self.grade(PATH=str(self.top / "bin"))
        self.assertEqual(code, 4)
        self.assertRegex(said, r"lacks bwrap[,.]")

    @unittest.skipUnless(machine.is_root(), "only root becomes another user")
    def test_root_without_bwrap_judges_as_another_user_when_told_to(self):
        self.stub("bwrap", "")
        code, result, said = self.grade("--accept-less")
        self.assertEqual((code, result.get("points")), (0, WRITE_ALL.points), f"{result} {said}")
        self.stub("prlimit", STEPS["compile"])
        self.assert_fault(self.grade("--accept-less"), "prlimit: out of order")
        self.stub("prlimit", "lab_write_all")
        self.assert_fault(self.grade("--accept-less"), "prlimit: out of order")

    @unittest.skipUnless(machine.is_root(), "only root becomes another user")
    def test_an_ordinary_user(self):
        if subprocess.run([*NOBODY, "test", "-r", __file__, "-a", "-x", PYTHON]).returncode != 0:
            self.skipTest("nobody may not read this checkout, or has no python3")
        code, _, said = self.grade(before=NOBODY)
        self.assertEqual(code, 4)
        self.assertIn("lacks root", said)
        if subprocess.run([*NOBODY, "bwrap", *machine.NAMESPACES, "--", "true"]).returncode == 0:
            code, result, said = self.grade("--accept-less", before=NOBODY)
            self.assertEqual((code, result.get("points")), (0, WRITE_ALL.points), f"{result} {said}")
            self.stub("bwrap", STEPS["compile"])
            self.assert_fault(self.grade("--accept-less", before=NOBODY), "bwrap: out of order")
        self.stub("bwrap", "")
        code, _, said = self.grade("--accept-less", before=NOBODY)
        self.assertEqual(code, 4)
        self.assertIn("Nothing here keeps a stranger's program from your files", said)

    @unittest.skipUnless(machine.is_root(), "only root has users for its submissions")
    def test_two_graders_do_not_share_a_user(self):
        with users.User(901):
            code, _, said = self.grade("--slot", "901")
        self.assertEqual(code, 4)
        self.assertIn(f"as user {machine.FIRST_UID + 901} now", said)
        with users.User() as one, users.User() as other:
            self.assertNotEqual(one.uid, other.uid)


@unittest.skipUnless(WRITE_ALL.judge(BUILD).exists() and not machine.missing(), "no judges, or no full sandbox here")
class Hostile(unittest.TestCase):
    """Some of them, quickly; `lab hostile` runs all."""

    NAMES = ("kills_its_test", "leaves_its_cage", "plants_a_link", "reads_what_is_open", "writes_the_results")

    def test_each_fixture_has_its_verdict_and_its_harm(self):
        self.assertEqual(sorted(hostile.expected()), sorted(p.stem for p in HOSTILE.glob("*.cpp")))
        for name, entry in hostile.expected().items():
            self.assertTrue(entry["says"], name)
            self.assertIn(entry["harm"], {*control.SIGNS, hostile.KNOWN_SEED}, name)

    def test_the_sandbox_holds(self):
        self.assertIn("0 problems", lab("hostile", *self.NAMES))

    def test_a_careless_grader_is_harmed(self):
        self.assertIn("0 problems", lab("hostile", "--control", *self.NAMES))
        solution = WRITE_ALL.solution_source.read_text()
        with users.User() as user:  # and a control that finds harm in everything proves nothing
            self.assertFalse(control.does_harm("int main() { return 1; }", "is believed", solution, user))

    def test_no_environment_of_the_graders_is_in_the_sandbox(self):
        code = ("#include <cstdlib>\nint main() { return std::system(\"grep -q LAB_SECRET /proc/[0-9]*/environ 2>/dev/null\")"
                " == 0 ? 9 : 8; }\n")
        os.environ["LAB_SECRET"] = "of the grader"
        self.addCleanup(os.environ.pop, "LAB_SECRET")
        with tempfile.TemporaryDirectory() as folder, users.User() as user, sandbox.Job(user, BUILD) as job:
            source = Path(folder) / "write_all.cpp"
            source.write_text(code)
            result = job.judge(WRITE_ALL, source, only=["plain"])
        self.assertEqual(result.tests[0].args["code"], 8)

    def test_who_leaves_a_process_behind_is_caught_every_time(self):
        exercise = commands.named(EXERCISES, "exec_with_limit")
        for _ in range(5):
            with users.User() as user, sandbox.Job(user, BUILD) as job:
                result = job.judge(exercise, exercise.folder / "wrong/only_the_shell.cpp", only=["group"])
            self.assertEqual([test.message for test in result.tests], ["left"])


def owner(path):
    try:
        return path.stat().st_uid
    except OSError:
        return None


def name_of(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def wait_for(what, true):
    deadline = time.monotonic() + 60
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"in 60 s not: {what}")
        time.sleep(0.01)


if __name__ == "__main__":
    unittest.main()
