"""One demo, run and judged: does it end, and speak, as it claims?"""

from pathlib import Path

from tourlib import demos, runner, template


class Walk:
    """A demo's walk: go() runs it; then `ok`, `skip` or `problems` and `rows` say how it went."""

    def __init__(self, demo, build):
        self.demo, self.build = demo, build
        self.expected_path = demo.expected_path(build.system)
        self.lines, self.problems, self.rows, self.skip, self.seconds = [], [], [], "", 0.0

    def go(self, page=None):
        for run in self.demo.runs:
            if page and run is not self.demo.runs[0]:
                page.say()
            if page:
                page.command("$ " + run.command)
            shown = runner.run(self.build, run, page.tick if page else lambda seconds: None)
            self.seconds += shown.seconds
            if page:
                page.untick()
                page.output(shown.lines[1:])
            self.lines += shown.lines
            if shown.skip:
                self.skip = shown.skip
                return self
            if shown.problem:
                self.problems.append(shown.problem)
                return self
            if self.build.sanitizer and runner.sanitizer_report(shown):
                self.problems.append("a sanitizer complains: " + runner.sanitizer_report(shown))
                return self
            ended = runner.ended_as(shown)
            # Where Windows has its own .expected, its endings are its own too: they stand in there.
            if ended != run.exit and ".win32." not in self.expected_path.name:
                self.problems.append(f"'{run.command}' ended with {ended}; its head says {run.exit}")
        # A sanitizer's runtime has memory, exit handlers and a fork of its own: there a demo must end
        # as it says and without a complaint, but its words are held to account in a plain build.
        if not self.build.sanitizer:
            self._compare()
        return self

    def _compare(self):
        if not self.expected_path.exists():
            self.problems.append(f"{short(self.expected_path)} is missing: "
                                 f"scripts/tour.py --update {self.demo.program}")
            return
        expected = read_expected(self.expected_path)
        if not template.matches(expected, self.lines):
            self.rows = template.differences(expected[:400], self.lines[:400])
            self.problems.append("its output is not what it claims")

    @property
    def ok(self):
        return not self.problems and not self.skip

    def report(self, page):
        """What is wrong, for a reader who is going to mend it."""
        for problem in self.problems:
            page.verdict("✗", f"{self.demo.program}: {problem}")
        if self.rows:
            page.differences(self.rows, short(self.expected_path))


def read_expected(path):
    return [template.Line(t) for t in path.read_text(encoding="utf-8").splitlines()]


def short(path):
    try:
        return str(Path(path).resolve().relative_to(demos.ROOT))
    except ValueError:
        return str(path)
