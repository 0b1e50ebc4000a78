"""sync_notes.py: each rule fails on a small tree that breaks it, and passes on one that does not."""
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import sync_notes  # noqa: E402

NOTE = "notes/en/ch01_one.md"
CODE = "chapters/ch01_one/one.cpp"
DEMO = "chapters/ch01_one/demos/01_show.cpp"
GOOD_NOTE = f"""# One

## Calls
fork() returns twice. <!-- proof: Fork.Twice -->

<!-- code: {CODE}#outer -->
```cpp
int f() {{
  return 1;
}}
```

<!-- output: chapters/ch01_one/demos/01_show.expected -->
```text
$ ch01_show

  hello
```
"""
HOUSE = {
    "chapters/ch01_one/README.md": "one\n",
    CODE: "namespace n {\n  //> outer\n  int f() {\n    //> inner\n    return 1;\n    //< inner\n  }\n"
          "  //< outer\n}\n",
    DEMO: "// Chapter 1 · show: it.\n//\n// Look for: this.\n//\n// Run: ch01_show --flag\nint main() {}\n",
    "chapters/ch01_one/demos/01_show.expected": "$ ch01_show\n\n  hello\n",
    "tests/ch01_one/fork.cpp": "TEST(Fork, Twice) {}\n// TEST(Fork, Gone) {}\nTEST(Fork, DISABLED_Off) {}\n",
    "tests/ch01_one/a_posix.cpp": "TEST_F(Both, Holds) {}\nTEST_P(Posix, Holds) {}\n",
    "tests/ch01_one/a_win32.cpp": "TEST(Both,\n     Holds) {}\nTEST(Win, Holds) {}\n",
    "tests/ch01_one/a_linux.cpp": "TEST(Linux, Holds) {}\n",
    "tests/ch01_one/a_macos.cpp": "TEST(Mac, Holds) {}\n",
    NOTE: GOOD_NOTE,
}


class NotesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def run_on(self, files, mode="--check"):
        """The problems found in HOUSE with `files` laid over it; None takes a file away."""
        for name, text in {**HOUSE, **files}.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            if text is not None:
                path.write_text(text, encoding="utf-8")
        return self.run_again(mode)

    def run_again(self, mode="--check"):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            code = sync_notes.main([mode, "--root", str(self.root)])
        return out.getvalue().splitlines() if code else []

    def passes(self, files):
        self.assertEqual(self.run_on(files), [])

    def fails(self, files, where, *words):
        problems = self.run_on(files)
        self.assertEqual(len(problems), 1, problems)
        self.assertTrue(problems[0].startswith(where + ": "), problems[0])
        for word in words:
            self.assertIn(word, problems[0])

    def note(self, *lines):
        return {NOTE: "# One\n\n" + "\n".join(lines) + "\n"}


class Fences(NotesTest):
    def test_the_sample_is_clean(self):
        self.passes({})

    def test_other_code_than_the_real_one(self):
        self.fails({NOTE: GOOD_NOTE.replace("return 1", "return 2")}, NOTE + ":9", "one.cpp#outer",
                   "make notes")

    def test_other_output_than_the_recorded_one(self):
        self.fails({NOTE: GOOD_NOTE.replace("  hello", "hello")}, NOTE + ":17", "01_show.expected")

    def test_a_missing_line_at_the_end(self):
        self.fails({"chapters/ch01_one/demos/01_show.expected": "$ ch01_show\n\n  hello\nmore\n"},
                   NOTE + ":18", "01_show.expected")

    def test_an_empty_or_missing_fence_fails_and_write_fills_it(self):
        for fence in ("```cpp\n```\n", "```\n```\n", ""):
            files = {NOTE: f"# One\n\n<!-- code: {CODE}#inner -->\n{fence}\nafter\n"}
            self.assertEqual(len(self.run_on(files)), 1)
            self.assertEqual(self.run_on(files, "--write"), [])
            text = (self.root / NOTE).read_text(encoding="utf-8")
            self.assertEqual(text, f"# One\n\n<!-- code: {CODE}#inner -->\n```cpp\nreturn 1;\n```\n\nafter\n")

    def test_write_twice_changes_nothing_more(self):
        stale = GOOD_NOTE.replace("return 1", "return 2").replace("  hello\n", "")
        self.assertEqual(self.run_on({NOTE: stale}, "--write"), [])
        self.assertEqual((self.root / NOTE).read_text(encoding="utf-8"), GOOD_NOTE)
        before = (self.root / NOTE).stat().st_mtime_ns
        self.assertEqual(self.run_again("--write"), [])
        self.assertEqual((self.root / NOTE).stat().st_mtime_ns, before)

    def test_check_writes_nothing(self):
        stale = GOOD_NOTE.replace("return 1", "return 2")
        self.run_on({NOTE: stale})
        self.assertEqual((self.root / NOTE).read_text(encoding="utf-8"), stale)

    def test_a_whole_file_without_its_marks(self):
        self.passes(self.note(f"<!-- code: {CODE} -->", "```cpp", "namespace n {", "  int f() {",
                              "    return 1;", "  }", "}", "```"))

    def test_a_file_with_fences_in_it_gets_a_longer_fence(self):
        self.run_on({"chapters/ch01_one/x.h": "// ```\nint a;\n```\n",
                     NOTE: "# One\n\n<!-- code: chapters/ch01_one/x.h -->\n```cpp\n```\n"}, "--write")
        self.assertIn("````cpp\n", (self.root / NOTE).read_text(encoding="utf-8"))
        self.assertEqual(self.run_again(), [])

    def test_a_fence_in_a_list_keeps_its_indentation(self):
        self.passes(self.note("- so:", f"  <!-- code: {CODE}#inner -->", "  ```cpp", "  return 1;", "  ```"))

    def test_targets_that_are_not_there(self):
        self.fails(self.note("<!-- code: chapters/no.cpp -->", "```cpp", "```"), NOTE + ":3", "no file")
        self.fails(self.note(f"<!-- code: {CODE}#no -->", "```cpp", "```"), NOTE + ":3",
                   "no region no", "outer")
        self.fails(self.note("<!-- code: ../../etc/hostname -->", "```cpp", "```"), NOTE + ":3", "no file")

    def test_a_directive_in_a_fence_is_text(self):
        self.passes(self.note("```md", "<!-- code: no.cpp -->", "<!-- proof: No.Such -->", "```"))

    def test_an_open_fence(self):
        self.fails(self.note("```cpp", "int a;"), NOTE + ":3", "never closed")

    def test_a_mistyped_directive(self):
        self.fails(self.note("<!-- prof: Fork.Twice -->"), NOTE + ":3", "no directive")
        self.fails(self.note("<!-- codes: x -->"), NOTE + ":3", "no directive")
        self.passes(self.note("<!-- a remark: fine -->"))


class Regions(NotesTest):
    FILE = "chapters/ch01_one/two.cpp"

    def test_twice_unclosed_and_never_begun(self):
        self.fails({self.FILE: "//> a\n//< a\n//> a\n//< a\n"}, self.FILE + ":3", "twice")
        self.fails({self.FILE: "int a;\n//> a\n"}, self.FILE + ":2", "never closed")
        self.fails({self.FILE: "//< a\n"}, self.FILE + ":1", "never began")

    def test_a_region_that_no_note_uses_is_fine(self):
        self.passes({self.FILE: "//> a\nint a;\n//< a\n"})

    def test_python_and_cmake_mark_with_a_hash(self):
        self.passes({"scripts/x.py": "#> a\nif x:\n    y\n#< a\n//> no mark\n",
                     **self.note("<!-- code: scripts/x.py#a -->", "```python", "if x:", "    y", "```")})


class Proofs(NotesTest):
    def proves(self, proof):
        self.passes(self.note("## S", f"It is so. <!-- proof: {proof} -->"))

    def proves_not(self, proof, *words):
        self.fails(self.note("## S", f"It is so. <!-- proof: {proof} -->"), NOTE + ":4", *words)

    def test_a_test_that_is_not_there(self):
        self.proves("Fork.Twice")
        self.proves_not("Fork.Never", "no test Fork.Never")
        self.proves_not("Fork.Twice, Fork.Never", "no test Fork.Never")

    def test_a_commented_or_disabled_test_proves_nothing(self):
        self.proves_not("Fork.Gone", "no test")
        self.proves_not("Fork.DISABLED_Off", "disabled")

    def test_no_system_means_both(self):
        self.proves("Both.Holds")
        for name, system in (("Posix", "posix"), ("Win", "win32"), ("Linux", "linux"), ("Mac", "macos")):
            self.proves_not(f"{name}.Holds", "only", f"say so: {name}.Holds ({system})")

    def test_a_system_where_the_test_runs(self):
        for proof in ("Linux.Holds (linux)", "Posix.Holds (linux)", "Fork.Twice (linux)",
                      "Posix.Holds (posix)", "Posix.Holds (macos)", "Mac.Holds (macos)",
                      "Win.Holds (win32)", "Both.Holds (win32)", "Fork.Twice (win32)"):
            self.proves(proof)

    def test_a_system_where_it_does_not(self):
        for proof in ("Win.Holds (linux)", "Linux.Holds (win32)", "Linux.Holds (posix)",
                      "Mac.Holds (linux)", "Posix.Holds (win32)"):
            self.proves_not(proof, "does not run on")

    def test_forms(self):
        self.proves_not("Fork.Twice (windows)", "no such system")
        self.proves_not("Fork Twice", "is no proof")
        self.passes(self.note("## S", "So. <!-- proof: Fork.Twice,", "  Linux.Holds (linux) -->"))


class Sections(NotesTest):
    def test_prose_needs_a_proof(self):
        self.fails(self.note("## Why", "", "It is so."), NOTE + ":5", "'Why'", "proves nothing")
        self.passes(self.note("## Why", "", "It is so.", "### Sub", "<!-- proof: Fork.Twice -->"))

    def test_one_sections_proof_is_not_anothers(self):
        self.fails(self.note("## A", "So. <!-- proof: Fork.Twice -->", "## B", "So."), NOTE + ":6", "'B'")

    def test_tables_and_lists_are_prose(self):
        self.fails(self.note("## T", "| a | b |", "| --- | --- |"), NOTE + ":4", "'T'")
        self.fails(self.note("## L", "- it is so"), NOTE + ":4", "'L'")

    def test_headings_code_links_and_comments_are_not(self):
        self.passes(self.note("## S", "### Sub", "```cpp", "int a;", "```", "- [man](https://x.y)",
                              "1. <https://x.y>", "<!-- a remark", "of two lines -->", "---"))

    def test_no_claims(self):
        self.passes(self.note("## Try it", "Run it. <!-- no claims -->"))
        self.fails(self.note("## S", "So. <!-- proof: Fork.Twice -->", "<!-- no claims -->"),
                   NOTE + ":5", "drop")

    def test_the_introduction_needs_none(self):
        self.passes(self.note("It begins."))


class Chapters(NotesTest):
    def test_note_and_readme(self):
        self.fails({NOTE: None}, "chapters/ch01_one:1", "notes/en/ch01_one.md")
        self.fails({"chapters/ch01_one/README.md": None}, "chapters/ch01_one:1", "README.md")

    def test_every_demo_has_its_expected_output(self):
        expected = "chapters/ch01_one/demos/01_show.expected"
        without = {NOTE: "# One\n", expected: None}
        self.fails(without, DEMO + ":1", "no 01_show.expected")
        self.passes({**without, "chapters/ch01_one/demos/01_show.win32.expected": "x\n"})

    def test_a_demo_for_one_system(self):
        for recorded in ("02_x_posix.expected", "02_x.expected"):
            self.setUp()
            self.passes({"chapters/ch01_one/demos/02_x_posix.cpp": "// Look for: a\n// Run: ch01_x\n",
                         f"chapters/ch01_one/demos/{recorded}": "$ ch01_x\n"})

    def test_an_expected_output_of_no_demo(self):
        name = "chapters/ch01_one/demos/09_gone.expected"
        self.fails({name: ""}, name + ":1", "no demo")

    def test_a_demos_head(self):
        self.fails({DEMO: HOUSE[DEMO].replace("Look for: this", "Look")}, DEMO + ":1", "Look for:")
        self.fails({DEMO: HOUSE[DEMO].replace("Run: ", "")}, DEMO + ":1", "Run:", "ch01_show")
        self.fails({DEMO: HOUSE[DEMO].replace("ch01_show", "ch01_other")}, DEMO + ":5",
                   "program is ch01_show")
        self.fails({DEMO: "// Look for: a\nint a;\n// Run: ch01_show\n"}, DEMO + ":1", "no `// Run:`")


if __name__ == "__main__":
    unittest.main()
