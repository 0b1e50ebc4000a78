"""How the lab looks: 80 columns at most, colour on a terminal alone, and never with NO_COLOR."""

import os
import shutil
import sys
import unicodedata

CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "fault": ("!", "yellow")}


def columns_of(text):
    """How many columns a text takes: a Chinese character has two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def printable(text, also=""):
    """What strangers wrote, without escape sequences for somebody's terminal. `also`: let through."""
    return "".join(c if c.isprintable() or c in also else "?" for c in text)


def wrap(text, width):
    """Lines of at most `width` columns. Broken at blanks, and between Chinese characters."""
    lines, line, word = [], "", ""
    for c in text + " ":
        wide = unicodedata.east_asian_width(c) in "WF"
        if c != " " and not wide:
            word += c
            continue
        if columns_of(line + word) + (2 if wide else 0) > width and line.strip():
            lines.append(line.rstrip())
            line = ""
        line += word + (c if wide or line + word else "")
        word = ""
    return lines + ([line.rstrip()] if line.strip() else [])


class Screen:
    def __init__(self, words, out=None):
        self.words = words
        self.out = out or sys.stdout
        self.tty = self.out.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self.colour = self.tty and not os.environ.get("NO_COLOR")

    @property
    def width(self):
        return min(80, shutil.get_terminal_size((80, 24)).columns) if self.tty else 80

    def paint(self, text, *styles):
        return f"\033[{';'.join(CODES[s] for s in styles)}m{text}\033[0m" if self.colour and text else text

    def say(self, text="", indent=0):
        self.out.write((" " * indent + text).rstrip(" ") + "\n")
        self.out.flush()

    def wrapped(self, text, indent, *styles):
        for line in wrap(text, self.width - indent):
            self.say(self.paint(line, *styles), indent)

    def rule(self):
        self.say(self.paint("─" * self.width, "dim"))

    def clear(self):
        if self.tty:
            self.out.write("\033[H\033[2J\033[3J")

    def sides(self, left, right, *styles):
        """One line: `left` in these styles, and `right`, dimmed, at the right edge."""
        gap = max(2, self.width - columns_of(left) - columns_of(right))
        self.say(self.paint(left, *styles) + " " * gap + self.paint(right, "dim"))

    def bar(self, part, whole, size=20):
        filled = round(size * part / whole) if whole else 0
        return self.paint("━" * filled, "green") + self.paint("━" * (size - filled), "dim")

    def passing(self, text=""):
        """A line that the next one replaces: a sign of life, on a terminal alone."""
        if self.tty:
            self.out.write("\r\033[K" + self.paint(text and " " + text, "dim"))
            self.out.flush()

    def heading(self, exercise, right=""):
        self.sides(f" {exercise.chapter} · {self.words.of(exercise.title)}", right, "bold", "cyan")
        self.wrapped(self.words.of(exercise.teaches), 1)

    def facts(self, exercise, path):
        """Where to work, what to read, and how long it takes."""
        level = "●" * exercise.level + "○" * (3 - exercise.level)
        rows = [("file", str(path)), ("read", ", ".join(exercise.reading)),
                ("time", self.words("minutes", minutes=exercise.minutes) + "  " + level)]
        names = [self.words(name) for name, _ in rows]
        broad = max(map(columns_of, names)) + 2
        for name, (_, value) in zip(names, rows):
            lines = wrap(value, self.width - broad - 1)
            self.say(self.paint(name + " " * (broad - columns_of(name)), "dim") + lines[0], 1)
            for line in lines[1:]:
                self.say(line, 1 + broad)

    def test(self, exercise, test, full=True):
        """One test's line, and under it the cause."""
        mark, colour = MARKS[test.status]
        points = f"{test.points}/{test.max_points}"
        left = f" {mark} {self.words.of(test.says)}"
        gap = " " * max(2, self.width - columns_of(left) - len(points) - 1)
        self.say(" " + self.paint(mark, colour, "bold") + left[2:] + gap + self.paint(points, "dim"))
        if test.status != "passed" and full:
            self.wrapped(self.words.message(exercise, test), 5, colour)

    def result(self, result, all_messages=True):
        """A whole result: what the compiler said, or each test, and the sum."""
        if not result.compiled:
            self.say(" " + self.paint("✗ " + self.words("compile_failed"), "red", "bold"))
            self.compiler(result.compiler)
            return
        if result.compiler:
            self.compiler(result.compiler, 12)
        told = False
        for test in result.tests:
            self.test(result.exercise, test, all_messages or not told)
            told = told or test.status != "passed"
        self.sum(result)

    def compiler(self, text, limit=30):
        lines = text.rstrip("\n").split("\n")
        for line in lines[:limit]:
            self.say(line, 3)
        if len(lines) > limit:
            self.say(self.paint(self.words("more_lines", count=len(lines) - limit), "dim"), 3)

    def sum(self, result):
        text = self.words("points", points=result.points, max=result.max_points)
        styles = ("green", "bold") if result.passed else ("bold",)
        self.say()
        self.say(" " + self.bar(result.points, result.max_points) + "  " + self.paint(text, *styles))
