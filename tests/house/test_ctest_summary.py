#!/usr/bin/env python3
"""scripts/ctest_summary.py: nothing that failed is counted as passed, and no skip goes untold."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

GTEST = """\
[==========] Running 4 tests from 1 test suite.
[ RUN      ] A.Good
[       OK ] A.Good (0 ms)
[ RUN      ] A.Lacks
/x/a.cpp:3: Skipped
no fork on this system
[  SKIPPED ] A.Lacks (0 ms)
[ RUN      ] A.Bad
/x/a.cpp:9: Failure
[  FAILED  ] A.Bad (0 ms)
"""


def case(name, status="run", output="", inner=""):
    text = output.replace("&", "&amp;").replace("<", "&lt;")
    return f'<testcase name="{name}" time="0.1" status="{status}">{inner}<system-out>{text}</system-out></testcase>'


class Summary(unittest.TestCase):
    def summary(self, *phases):
        with tempfile.TemporaryDirectory() as folder:
            arguments = []
            for k, cases in enumerate(phases):
                path = Path(folder) / f"{k}.xml"
                if cases is not None:
                    path.write_text(f"<testsuite>{''.join(cases)}</testsuite>")
                arguments.append(f"p{k}={path}=1 s")
            ran = subprocess.run([sys.executable, "-B", ROOT / "scripts/ctest_summary.py", *arguments],
                                 capture_output=True, text=True)
            self.assertEqual(ran.stderr, "")
            return ran.returncode, ran.stdout, ran.stdout.splitlines()[-1]

    def test_adds_up_over_phases(self):
        code, _, last = self.summary([case("a"), case("b")], [case("a")])
        self.assertEqual((code, last), (0, "3 passed, 0 failed, 0 skipped"))

    def test_a_failure_is_named_and_fails(self):
        code, text, last = self.summary([case("a"), case("b", "fail", inner='<failure message="x"/>')])
        self.assertEqual((code, last), (1, "1 passed, 1 failed, 0 skipped"))
        self.assertIn("✗ p0: b", text)

    def test_a_skip_is_told_with_its_reason_once(self):
        skip = case("s", "notrun", "f.cpp:1: Skipped\nno such call\n", '<skipped message="SKIP_RETURN_CODE=77"/>')
        code, text, last = self.summary([case("a"), skip], [skip])
        self.assertEqual((code, last), (0, "1 passed, 0 failed, 2 skipped"))
        self.assertEqual(text.count("no such call"), 1)
        self.assertIn("p0, p1: s: no such call", text)

    def test_a_program_that_was_not_built_is_a_failure(self):
        lost = case("x_NOT_BUILT", "notrun", "", '<skipped message="Unable to find executable"/>')
        self.assertEqual(self.summary([case("a"), lost])[0], 1)

    def test_a_phase_without_a_result_is_a_failure(self):
        self.assertEqual(self.summary([case("a")], None)[::2], (1, "1 passed, 1 failed, 0 skipped"))

    def test_no_test_at_all_is_a_failure(self):
        self.assertEqual(self.summary([])[::2], (1, "0 passed, 0 failed, 0 skipped"))

    def test_a_whole_program_counts_by_its_own_tests(self):
        code, text, last = self.summary([case("w", "fail", GTEST, '<failure message=""/>')])
        self.assertEqual((code, last), (1, "1 passed, 1 failed, 1 skipped"))
        self.assertIn("w: A.Lacks: no fork on this system", text)
        self.assertIn("w: A.Bad", text)

    def test_of_a_whole_program_only_the_failed_are_shown(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.xml"
            footer = "[----------] 4 tests from A (1 ms total)\n\n[==========] 4 tests ran.\n"
            path.write_text(f"<testsuite>{case('w', 'fail', GTEST + footer, '<failure message=%s/>' % repr(''))}</testsuite>")
            shown = subprocess.run([sys.executable, "-B", ROOT / "scripts/ctest_summary.py", "--failures", path],
                                   capture_output=True, text=True).stdout
        self.assertIn("/x/a.cpp:9: Failure", shown)
        for other in ("A.Good", "A.Lacks", "tests ran"):
            self.assertNotIn(other, shown)

    def test_a_program_that_died_is_a_failure(self):
        died = GTEST.split("/x/a.cpp:9")[0]
        _, text, last = self.summary([case("w", "fail", died, '<failure message=""/>')])
        self.assertEqual(last, "1 passed, 1 failed, 1 skipped")
        self.assertIn("w: ended in A.Bad", text)


if __name__ == "__main__":
    unittest.main()
