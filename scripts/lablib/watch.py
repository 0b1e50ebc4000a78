"""`lab` alone: shows an exercise, and tests it at each save. One key for each thing to do.

A run can be given up at any moment: the judge is killed, with all that it started, when the file is saved
again or a key is pressed. So a solution that loops freezes nothing.
"""

import contextlib
import os
import select
import sys
import termios
import time
import tty

from . import commands, judging

BREAKING = "rnlq"  # keys that give up a run; a hint waits for its end
EVERY = 0.15  # seconds between looks at the file


class Keyboard:
    """Single keys, without Enter; with no terminal there are none."""

    def __init__(self):
        self.fd = sys.stdin.fileno() if sys.stdin.isatty() else None
        self.before = termios.tcgetattr(self.fd) if self.fd is not None else None
        self.waiting = ""

    def __enter__(self):
        if self.fd is not None:
            tty.setcbreak(self.fd)
        return self

    def __exit__(self, *_):
        if self.fd is not None:
            termios.tcsetattr(self.fd, termios.TCSADRAIN, self.before)

    def poll(self, seconds=0.0):
        """Takes what was typed; the key stays until taken()."""
        if self.fd is None:
            time.sleep(seconds)
        elif select.select([self.fd], [], [], seconds)[0]:
            typed = os.read(self.fd, 64).decode(errors="replace")
            if not typed:  # the terminal is gone
                self.waiting = "q"
            for key in typed:
                self.waiting = key
        return self.waiting

    def taken(self):
        key, self.waiting = self.waiting, ""
        return key

    @contextlib.contextmanager
    def lent(self):
        """The terminal as it was, for a program that wants lines."""
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()


class Watch:
    def __init__(self, screen, folder, exercises, build):
        self.screen, self.folder, self.exercises, self.build = screen, folder, exercises, build
        self.exercise = commands.next_of(folder, exercises) or exercises[-1]
        self.result = None
        self.stamp = None

    def stamp_of(self):
        """What changes when somebody saves, also when an editor puts a new file in the old one's place."""
        try:
            info = self.folder.source(self.exercise).stat()
            return info.st_mtime_ns, info.st_size, info.st_ino
        except OSError:
            return None

    def head(self):
        say, screen = self.screen.words, self.screen
        known = self.folder.progress()["exercises"]
        done = sum("passed" in known.get(e.name, {}) for e in self.exercises)
        screen.clear()
        screen.heading(self.exercise, say("progress", done=done, all=len(self.exercises)))
        screen.say()
        screen.facts(self.exercise, self.folder.source(self.exercise).relative_to(self.folder.path))
        screen.say()

    def foot(self):
        screen, say = self.screen, self.screen.words
        screen.say()
        if self.result and self.result.passed:
            screen.say(screen.paint(say("done_next", name=self.exercise.name), "green"), 1)
        else:
            screen.say(screen.paint(say("watching", file=self.folder.source(self.exercise).name), "dim"), 1)
        screen.rule()
        screen.say(screen.paint(say("keys"), "dim"), 1)

    def test(self, keyboard):
        """Compiles and judges, and shows each test as it comes. Given up when there is something newer."""
        self.stamp = self.stamp_of()
        self.head()
        shown = []

        def seen(test):
            self.screen.passing()
            self.screen.test(self.exercise, test, full=not any(t.status != "passed" for t in shown))
            shown.append(test)
            if len(shown) < len(self.exercise.tests):
                self.screen.passing(self.screen.words("testing"))

        def stop():
            key = keyboard.poll()
            return (key and key in BREAKING) or self.stamp_of() != self.stamp

        if self.stamp is None:
            self.screen.say(self.screen.words("not_handed_in", file=self.folder.source(self.exercise)), 1)
            return
        self.screen.passing(self.screen.words("compiling"))
        self.result = judging.judge_source(self.exercise, self.folder.source(self.exercise), self.build,
                                           self.screen.colour, seen=seen, stop=stop)
        self.screen.passing()
        if stop():
            self.stamp = ()  # to be tested again
            return
        self.folder.note(self.result)
        if self.result.compiled:
            if self.result.compiler:
                self.screen.compiler(self.result.compiler, 12)
            self.screen.sum(self.result)
        else:
            self.screen.result(self.result)
        self.foot()

    def press(self, key, keyboard):
        """False: quit."""
        if key == "h":
            self.screen.rule()
            commands.show_hint(self.screen, self.folder, self.exercise)
        elif key == "r":
            self.screen.rule()
            with keyboard.lent():
                commands.run_program(self.screen, self.folder, self.exercise)
        elif key == "n":
            following = commands.next_of(self.folder, self.exercises, self.exercise)
            if following is None:
                self.screen.say(self.screen.words("all_done", all=len(self.exercises)), 1)
            else:
                self.exercise, self.result, self.stamp = following, None, ()
        elif key == "l":
            self.screen.clear()
            commands.list_(self.screen, self.folder, self.exercises)
            self.screen.say(self.screen.paint(self.screen.words("any_key"), "dim"), 1)
            while not keyboard.poll(EVERY):
                pass
            if keyboard.taken() == "q":
                return False
            self.stamp = ()
        return key != "q"


def run(screen, folder, exercises, build):
    view = Watch(screen, folder, exercises, build)
    with Keyboard() as keyboard:
        view.test(keyboard)
        if keyboard.fd is None:  # nobody can press q: one look, as for a script
            return 0 if view.result and view.result.passed else 1
        while True:
            key = keyboard.poll(EVERY) and keyboard.taken()
            if key and not view.press(key, keyboard):
                return 0
            if view.stamp_of() != view.stamp:
                view.test(keyboard)
