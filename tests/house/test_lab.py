#!/usr/bin/env python3
"""scripts/lablib: what graders are told of a fixed Grade, what a bundle holds, that a class is graded once, and that
a portable exercise is judged for Windows, too."""

import base64
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest
import xml.etree.ElementTree as xml
import zipfile
from pathlib import Path
from unittest import mock

from lab_support import BUILD, EXERCISES, HOSTILE, ROOT, WRITE_ALL, lab, name_of, owner, wait_for
from lablib import catalog, check, commands, formats, grade, machine, model, processes, summary, windows, words

SAY = words.Words("en")


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


if __name__ == "__main__":
    unittest.main()
