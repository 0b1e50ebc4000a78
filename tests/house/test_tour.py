#!/usr/bin/env python3
"""The tour's own promises: the templates, the heads, and what happens to a demo that goes wrong."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PROCLAB_BUILD", ROOT / "build/release"))
sys.path.insert(0, str(ROOT / "scripts"))

from tourlib import demos, runner, template  # noqa: E402


def lines(text):
    return [template.Line(t) for t in text.splitlines()]


def fits(expected, real):
    return template.matches(lines(expected), real.splitlines())


def marks(expected, real):
    return [(r.mark, r.text) for r in template.differences(lines(expected), real.splitlines())]


class Template(unittest.TestCase):
    def test_literal_text_is_literal(self):
        self.assertTrue(fits("a.b (c) [x]*", "a.b (c) [x]*"))
        self.assertFalse(fits("a.b", "axb"))
        self.assertFalse(fits("a", " a"))
        self.assertTrue(fits("a  ", "a"))
        self.assertEqual(runner.printable(b"a  \n b"), ["a", " b"])
        self.assertFalse(fits("a", "a\nb"))
        self.assertFalse(fits("a\nb", "a"))

    def test_each_kind_takes_its_own_and_nothing_else(self):
        for kind, good, bad in [
            ("pid", ["1", "-1", "4194304"], ["", "1.5", "x", "1 2"]),
            ("n", ["0", "-12"], ["0x1", "twelve"]),
            ("ms", ["1", "1.5", "-0.25"], ["1.", "ms", ""]),
            ("float", ["1e9", "2.5e-3"], ["e9", "nan"]),
            ("word", ["a", "a-b/c"], ["", "a b"]),
            ("path", ["/tmp/x", "/a dir/b", "C:\\x y", "./rel"], ["word", ""]),
            ("any", ["", "x y z"], []),
        ]:
            for text in good:
                self.assertTrue(fits(f"[<{kind}>]", f"[{text}]"), (kind, text))
            for text in bad:
                self.assertFalse(fits(f"[<{kind}>]", f"[{text}]"), (kind, text))

    def test_an_unknown_placeholder_is_text(self):
        self.assertTrue(fits("kill <target>", "kill <target>"))
        self.assertFalse(fits("kill <target>", "kill 12"))

    def test_a_backslash_takes_a_placeholder_literally(self):
        self.assertTrue(fits("usage: kill \\<pid>", "usage: kill <pid>"))
        self.assertFalse(fits("usage: kill \\<pid>", "usage: kill 12"))

    def test_one_name_is_one_number(self):
        self.assertTrue(fits("<pid:a> is <pid:a>\n<pid:a>", "7 is 7\n7"))
        self.assertFalse(fits("<pid:a> is <pid:a>", "7 is 8"))
        self.assertFalse(fits("<pid:a>\n<pid:a>", "7\n8"))
        self.assertTrue(fits("<word:w>=<word:w>", "x=x"))

    def test_two_pid_names_are_two_numbers(self):
        self.assertFalse(fits("<pid:parent> <pid:child>", "7 7"))
        self.assertFalse(fits("<pid:parent>\n<pid:child>", "7\n7"))
        self.assertTrue(fits("<n:sent> <n:got>", "7 7"))  # counts may well be equal

    def test_any_lines(self):
        self.assertTrue(fits("a\n<...>\nz", "a\nz"))
        self.assertTrue(fits("a\n<...>\nz", "a\nb\nz\nc\nz"))
        self.assertFalse(fits("a\n<...>\nz", "a\nb"))
        self.assertTrue(fits("<...>\n<pid:x>\n<...>\nlast <pid:x>", "1\n2\n3\nlast 2"))

    def test_many_any_lines_end_in_time(self):
        self.assertFalse(fits("<...>\nx\n" * 3 + "never", "\n".join("x" * 1 for _ in range(60))))

    def test_differences_name_the_line(self):
        self.assertEqual(marks("a\nb\nc", "a\nX\nc"), [(" ", "a"), ("-", "b"), ("+", "X"), (" ", "c")])
        self.assertEqual(marks("a\nc", "a\nb\nc"), [(" ", "a"), ("+", "b"), (" ", "c")])

    def test_differences_say_which_placeholder(self):
        rows = template.differences(lines("child <pid:child>\nreaped <pid:child>"), ["child 7", "reaped 8"])
        self.assertEqual([r.mark for r in rows], [" ", "-", "!"])
        self.assertEqual(rows[-1].why, "<pid:child> was 7 in line 1, and is 8 here")
        rows = template.differences(lines("<pid:a> <pid:b>"), ["7 7"])
        self.assertIn("two names must be two numbers", rows[-1].why)

    def test_update_keeps_what_still_fits(self):
        new = template.updated(lines("$ x\npid <pid:a>\nold\n<...>\nend"),
                               ["$ x", "pid 12", "new 5 in 1.25", "more", "end"],
                               ["$ x", "pid 13", "new 5 in 1.50", "more", "end"])
        self.assertEqual(new[0:2], ["$ x", "pid <pid:a>"])
        self.assertEqual(new[-1], "end")
        self.assertTrue(template.matches([template.Line(t) for t in new],
                                         ["$ x", "pid 12", "new 5 in 1.25", "more", "end"]))

    def test_update_finds_what_differs_from_run_to_run(self):
        self.assertEqual(template.updated([], ["a 1 b 2.5 <pid>"], ["a 1 b 3.5 <pid>"]),
                         ["a 1 b <float> \\<pid>"])


HEAD = """\
// Chapter 4 · exec: shows it.
//
// Look for: this and
// that.
//
// Run: ch04_exec --flag 'two words'
// Exit: 3
// Stdin: a\\nb
// Env: NAME=x=y
// Timeout: 1.5
// Run: ch04_exec | cat
#include <x>
// Run: not this
"""


@unittest.skipUnless((BUILD / "bin/ch01_ending").exists(), "the demos are not built")
class Help(unittest.TestCase):
    def test_every_demo_tells_how_to_use_it(self):
        for chapter in demos.read_chapters():
            for demo in chapter.demos:
                if demo.system in ("", "posix", "linux"):
                    ran = subprocess.run([BUILD / "bin" / demo.program, "--help"], stdin=subprocess.DEVNULL,
                                         capture_output=True, text=True, timeout=20)
                    self.assertEqual((ran.returncode, ran.stdout != ""), (0, True), demo.program)


class Sandbox(unittest.TestCase):
    """A tree with chapters and a bin/ of its own; demos are shell scripts."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.demos = self.root / "chapters/ch04_spawn/demos"
        self.demos.mkdir(parents=True)
        (self.root / "build/bin").mkdir(parents=True)
        # tour.py finds the tree from its own place.
        (self.root / "scripts").symlink_to(ROOT / "scripts")

    def demo(self, name, script, head="", expected=None, suffix=""):
        (self.demos / f"01_{name}{suffix}.cpp").write_text(f"// Chapter 4 · {name}: shows it.\n//\n{head}")
        program = self.root / f"build/bin/ch04_{name}"
        program.write_text("#!/bin/sh\n" + textwrap.dedent(script))
        program.chmod(0o755)
        if expected is not None:
            (self.demos / f"01_{name}.expected").write_text(expected)

    def tour(self, *args):
        code = ("import sys; sys.path.insert(0, %r); sys.dont_write_bytecode = True\n"
                "from pathlib import Path; from tourlib import demos; demos.ROOT = Path(%r)\n"
                "demos.read_chapters.__defaults__ = (demos.ROOT,)\n"
                "import tour; sys.exit(tour.main(sys.argv[1:]))"
                % (str(ROOT / "scripts"), str(self.root)))
        return subprocess.run(
            [sys.executable, "-c", code, "--build", str(self.root / "build"), *args],
            capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)


class Heads(Sandbox):
    def test_a_head_is_read_in_full(self):
        source = self.demos / "02_exec_posix.cpp"
        source.write_text(HEAD)
        demo = demos.read_demo(source)
        self.assertEqual((demo.program, demo.system), ("ch04_exec", "posix"))
        self.assertEqual(demo.shows, "shows it.")
        self.assertEqual(demo.look_for, "this and that.")
        first, second = demo.runs
        self.assertEqual((first.exit, first.stdin, first.env, first.timeout),
                         ("3", "a\nb", {"NAME": "x=y"}, 1.5))
        self.assertFalse(first.needs_shell)
        self.assertTrue(second.needs_shell)

    def test_a_bad_head_says_where(self):
        self.demo("x", "", head="// Exit: 3\n")
        ran = self.tour()
        self.assertEqual(ran.returncode, 2)
        self.assertIn("01_x.cpp:3:", ran.stderr)


class Walks(Sandbox):
    def test_what_fits_passes_and_what_does_not_fails(self):
        self.demo("good", "echo pid $$", expected="$ ch04_good\npid <pid>\n")
        self.assertEqual(self.tour("--check", "ch04_good").returncode, 0)
        ran = self.tour("ch04_good")
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertIn("✓ as it claims", ran.stdout)
        self.assertTrue(ran.stdout.endswith(" 1 demo, 1 ✓\n"), ran.stdout)
        self.assertNotIn("\033", ran.stdout)
        self.demo("good", "echo pid none", expected="$ ch04_good\npid <pid>\n")
        ran = self.tour("--check", "ch04_good")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("expected  pid <pid>", ran.stdout)
        self.assertIn("got       pid none", ran.stdout)
        self.assertEqual(self.tour().returncode, 1)

    def test_stderr_exit_signal_stdin_and_environment_are_shown(self):
        self.demo("all", 'read x; echo "$x $NAME ${0##*/}"; echo oops >&2; exit 3',
                  head="// Run: ch04_all\n// Exit: 3\n// Stdin: in\\n\n// Env: NAME=n\n",
                  expected="$ ch04_all\nin n ch04_all\n--- stderr\noops\n[exit 3]\n")
        ran = self.tour("--check", "ch04_all")
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.demo("killed", "kill -PIPE $$", head="// Run: ch04_killed\n// Exit: SIGPIPE\n",
                  expected="$ ch04_killed\n[signal SIGPIPE]\n")
        ran = self.tour("--check", "ch04_killed")
        self.assertEqual(ran.returncode, 0, ran.stdout)

    def test_another_ending_than_the_head_says_fails(self):
        self.demo("end", "exit 4", expected="$ ch04_end\n[exit 4]\n")
        ran = self.tour("--check", "ch04_end")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("ended with 4; its head says 0", ran.stdout)

    def test_a_hang_fails_and_nothing_of_it_lives_on(self):
        self.demo("hang", f"sleep 600 & echo $! >{self.root}/pid; wait",
                  head="// Run: ch04_hang\n// Timeout: 0.3\n", expected="$ ch04_hang\n")
        ran = self.tour("--check", "ch04_hang")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("did not end within 0.3 s", " ".join(ran.stdout.split()))
        self.assert_gone(int((self.root / "pid").read_text()))

    def test_what_the_starter_ignores_is_heard(self):
        self.demo("ears", "grep -c '^SigIgn:.0*$' /proc/self/status", expected="$ ch04_ears\n1\n")
        for number in (signal.SIGINT, signal.SIGHUP):  # as a script's background job under nohup has it
            self.addCleanup(signal.signal, number, signal.signal(number, signal.SIG_IGN))
        ran = self.tour("--check", "ch04_ears")
        self.assertEqual(ran.returncode, 0, ran.stdout)

    def test_a_process_left_behind_fails_and_is_killed(self):
        self.demo("left", f"sleep 600 & echo $! >{self.root}/pid", expected="$ ch04_left\n")
        ran = self.tour("--check", "ch04_left")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("left a process behind", ran.stdout)
        self.assert_gone(int((self.root / "pid").read_text()))

    def test_ctrl_c_takes_the_demo_along(self):
        self.demo("hang", f"sleep 600 & echo $! >{self.root}/tmp; mv {self.root}/tmp {self.root}/pid; wait")
        tour = subprocess.Popen(
            [sys.executable, "-c",
             "import sys; sys.path.insert(0, %r); from tourlib import demos, runner\n"
             "runner.run(runner.Build(%r), demos.Run('ch04_hang'))"
             % (str(ROOT / "scripts"), str(self.root / "build"))], stderr=subprocess.PIPE)
        while not (self.root / "pid").exists():
            self.assertIsNone(tour.poll())
            time.sleep(0.01)  # orders nothing: only asks less often
        tour.send_signal(signal.SIGINT)
        tour.communicate(timeout=20)
        self.assert_gone(int((self.root / "pid").read_text()))

    def assert_gone(self, pid):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                os.kill(pid, 0)
                # Dead, yet not reaped where nobody plays init: as good as gone.
                if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                    return
            except (ProcessLookupError, FileNotFoundError):
                return
            time.sleep(0.01)
        self.fail(f"process {pid} lives on")

    def test_what_the_system_lacks_is_skipped_with_its_reason(self):
        self.demo("lack", "echo no pidfd here; exit 77", expected="never\n")
        ran = self.tour("--check", "ch04_lack")
        self.assertEqual((ran.returncode, ran.stdout), (77, "skipped: no pidfd here\n"))
        ran = self.tour()
        self.assertEqual(ran.returncode, 0)
        self.assertIn("1 demo, 0 ✓, 1 skipped", ran.stdout)

    def test_a_missing_program_or_expected_file_says_what_to_do(self):
        self.demo("bare", "echo x")
        ran = self.tour("--check", "ch04_bare")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("--update ch04_bare", ran.stdout)
        (self.root / "build/bin/ch04_bare").unlink()
        ran = self.tour("--check", "ch04_bare")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("is not built", ran.stdout)

    def test_control_characters_are_spelled_out(self):
        self.demo("raw", r"printf 'a\033[1mb\377\r\n'", expected="$ ch04_raw\na\\x1b[1mb\\xff\\x0d\n")
        ran = self.tour("--check", "ch04_raw")
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertEqual(runner.printable(b"a\r\nb", crlf=True), ["a", "b"])

    def test_update_writes_a_file_that_passes(self):
        self.demo("new", "echo pid $$; echo done", expected="$ ch04_new\npid <pid:me>\nold\n")
        self.assertEqual(self.tour("--update", "ch04_new").returncode, 0)
        self.assertEqual((self.demos / "01_new.expected").read_text(),
                         "$ ch04_new\npid <pid:me>\ndone\n")
        self.assertEqual(self.tour("--check", "ch04_new").returncode, 0)

    def test_under_a_sanitizer_its_complaint_counts_and_not_the_words(self):
        (self.root / "build/CMakeCache.txt").write_text("PROCLAB_SANITIZE:STRING=thread\n")
        self.demo("san", "echo other words", expected="$ ch04_san\nwords\n")
        self.assertEqual(self.tour("--check", "ch04_san").returncode, 0)
        self.demo("san", "echo 'WARNING: ThreadSanitizer: data race' >&2", expected="$ ch04_san\n")
        ran = self.tour("--check", "ch04_san")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("a sanitizer complains", ran.stdout)
        self.demo("san", "exit 1", expected="$ ch04_san\n[exit 1]\n")
        self.assertEqual(self.tour("--check", "ch04_san").returncode, 1)

    def test_selection_and_a_name_that_is_nothing(self):
        self.demo("one", "echo 1", expected="$ ch04_one\n1\n")
        self.demo("two", "echo 2", expected="$ ch04_two\n2\n")
        for word in ("04", "4", "ch04", "spawn", "ch04_spawn"):
            self.assertIn("2 demos, 2 ✓", self.tour(word).stdout, word)
        self.assertIn("1 demo, 1 ✓", self.tour("ch04_two").stdout)
        self.assertIn("1 demo, 1 ✓", self.tour("two", "ch04_two").stdout)
        ran = self.tour("ch04_tow")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("ch04_two", ran.stderr)
        self.assertIn("ch04_one", self.tour("--list").stdout)

    def test_another_systems_demo_is_not_walked(self):
        self.demo("here", "echo 1", expected="$ ch04_here\n1\n")
        self.demo("there", "exit 1", suffix="_win32")
        self.assertIn("1 demo, 1 ✓", self.tour().stdout)
        self.assertEqual(self.tour("--check", "ch04_there").returncode, 77)

    def test_windows_words_are_asked_for_first(self):
        self.demo("w", "", expected="x\n")
        demo = demos.read_demo(self.demos / "01_w.cpp")
        self.assertEqual(demo.expected_path("win32").name, "01_w.expected")
        self.assertEqual(demo.updated_path("win32").name, "01_w.win32.expected")
        (self.demos / "01_w.win32.expected").write_text("y\n")
        self.assertEqual(demo.expected_path("win32").name, "01_w.win32.expected")
        self.assertEqual(demo.expected_path("linux").name, "01_w.expected")

    def test_lines_fit_80_columns(self):
        self.demo("wide", "echo 1", expected="$ ch04_wide\n1\n",
                  head="// Look for: " + "many words " * 20 + "\n")
        self.assertLessEqual(max(map(len, self.tour().stdout.splitlines())), 80)


if __name__ == "__main__":
    unittest.main()
