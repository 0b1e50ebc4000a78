"""How the tour looks: 80 columns, colour on a terminal, plain text anywhere else."""

import os
import re
import shutil
import sys
import textwrap

CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


class Page:
    def __init__(self, out=None):
        self.out = out or sys.stdout
        self.tty = self.out.isatty()
        self.colour = self.tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self.width = min(80, shutil.get_terminal_size((80, 24)).columns) if self.tty else 80
        self._spinning = False

    def paint(self, text, *styles):
        if not self.colour or not text:
            return text
        return "\033[%sm%s\033[0m" % (";".join(CODES[s] for s in styles), text)

    def say(self, text="", indent=0):
        self.out.write((" " * indent + text).rstrip(" ") + "\n")
        self.out.flush()

    def wrapped(self, text, indent, *styles, first=""):
        lines = textwrap.wrap(text, self.width - indent - len(first), break_long_words=False,
                              break_on_hyphens=False)
        for k, line in enumerate(lines):
            lead = self.paint(first, "dim") if k == 0 else " " * len(first)
            self.say(lead + self.paint(line, *styles), indent)

    def chapter(self, chapter):
        self.say()
        label = f" {chapter.number}  {chapter.title} "
        rule = "─" * max(0, self.width - len(label))
        self.say(self.paint(f" {chapter.number}  ", "cyan") + self.paint(chapter.title, "bold") + " "
                 + self.paint(rule, "dim"))
        if chapter.question:
            self.wrapped(first_sentences(chapter.question), 5)

    def demo(self, demo):
        self.say()
        lines = textwrap.wrap(f"{demo.program}  {demo.shows}", self.width - 2, break_on_hyphens=False)
        name, rest = lines[0][: len(demo.program)], lines[0][len(demo.program) :]
        self.say(self.paint(name, "bold", "cyan") + self.paint(rest, "bold"), 2)
        for line in lines[1:]:
            self.say(self.paint(line, "bold"), 2)
        if demo.look_for:
            self.wrapped(demo.look_for, 2, first="Look for: ")
        self.say()

    def command(self, line):
        self.say(self.paint("$ ", "dim") + self.paint(line[2:], "bold"), 4)

    def output(self, lines):
        for line in lines:
            if re.fullmatch(r"--- stderr|\[(exit|signal) \w+\]", line):
                self.say(self.paint(line, "yellow"), 4)
            else:
                self.say(self.paint("│ ", "dim") + line, 4)

    def verdict(self, mark, text, note=""):
        colour = {"✓": "green", "✗": "red", "–": "yellow"}[mark]
        lines = textwrap.wrap(text, self.width - 4, break_on_hyphens=False)
        self.say(self.paint(mark, colour, "bold") + " " + self.paint(lines[0], colour)
                 + (self.paint("  " + note, "dim") if note else ""), 2)
        for line in lines[1:]:
            self.say(self.paint(line, colour), 4)

    def tick(self, seconds):
        """A sign of life while a demo takes its time."""
        if self.tty and seconds > 0.4:
            turn = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"[int(seconds * 10) % 10]
            self.out.write("\r    " + self.paint(f"{turn} {seconds:.0f} s", "dim"))
            self.out.flush()
            self._spinning = True

    def untick(self):
        if self._spinning:
            self.out.write("\r\033[K")
            self._spinning = False

    def differences(self, rows, name, limit=8):
        """The first differences, each with a line before it, so that the eye finds the place."""
        shown, last = 0, None
        for k, row in enumerate(rows):
            if row.mark == " ":
                continue
            if shown == limit:
                more = sum(r.mark != " " for r in rows[k:])
                self.say(self.paint(f"… and {more} more", "dim"), 6)
                break
            if k and last != k - 1:
                before = rows[k - 1]
                if before.mark == " ":
                    self.say(self.paint("same      " + before.text, "dim"), 6)
            label, colour = {"-": ("expected  ", "green"), "+": ("got       ", "red"),
                             "!": ("got       ", "red")}[row.mark]
            self.say(self.paint(label, "dim") + self.paint(row.text or "(an empty line)", colour), 6)
            if row.why:
                self.wrapped(row.why, 6, "yellow", first="why       ")
            shown, last = shown + 1, k
        self.say(self.paint(f"expected: {name}", "dim"), 6)


def first_sentences(text, limit=240):
    """A README's first lines, cut at the question they ask or at a sentence's end."""
    question = re.match(r"[^?]{1,%d}\?" % limit, text)
    if question:
        return question.group()
    if len(text) <= limit:
        return text
    cut = text[:limit].rfind(". ")
    return text[: cut + 1] if cut > 0 else text[:limit].rsplit(" ", 1)[0] + " …"
