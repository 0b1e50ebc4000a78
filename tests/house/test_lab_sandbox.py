#!/usr/bin/env python3
"""scripts/lablib: where the sandbox itself fails nobody is blamed, and what means harm does none."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from lab_support import BUILD, EXERCISES, HOSTILE, ROOT, WRITE_ALL, lab
from lablib import commands, control, hostile, machine, sandbox, users

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


if __name__ == "__main__":
    unittest.main()
