"""How a check reports: one line a problem, `file:line: what is wrong; what the rule is`."""
import sys


class Report:
    """Collects problems, prints them sorted, and gives the exit code."""

    def __init__(self, name):
        self.name = name
        self.problems = []

    def add(self, path, line, text):
        self.problems.append((str(path), line, text))

    def finish(self, passed):
        """Prints all problems (or `passed`, what was looked at) and returns the exit code."""
        for path, line, text in sorted(set(self.problems)):
            print(f"{path}:{line}: {text}")
        if self.problems:
            print(f"{self.name}: {len(set(self.problems))} problem(s)", file=sys.stderr)
            return 1
        print(f"{self.name}: {passed}")
        return 0
