"""The words of the command line, and who answers them."""

import argparse
import os
import signal
import sys
from pathlib import Path

from . import (bundle, catalog, check, commands, formats, grade, grade_all, hostile, processes, rehearsal, student,
               watch, words)
from .screen import Screen

COMMANDS = """student:
  init DIR        makes your folder: starters, and how to build them
  (nothing)       shows the next exercise and tests it at each save; keys h r n l q
  list            how far you are
  test [EX]       compiles and tests       hint [EX]      a hint for what fails
  run EX [ARG…]   compiles and runs        reset EX       the starter again; yours is kept
  solution EX     once EX has passed       stress EX      200 runs on a busy machine
  grade [DIR]     all points
instructor:
  grade DIR       --format text|json|junit|gradescope|autolab|exercism|github-classroom, --output FILE; in a sandbox
  grade-all DIR   a folder for each student; --jobs N, --out DIR; goes on where it stopped; CSV and HTML
  bundle PLATFORM OUT   gradescope, autolab or github-classroom: a ready upload, without solutions
  hostile         programs that mean harm, in the sandbox: does it hold? --control: and outside?
  check           is every exercise what it says? --quick, --repeat N, --jobs N
                  --class: a mixed class of 100, graded twice; --figures: how long it takes
"""


def parser():
    top = argparse.ArgumentParser(prog="lab", description="The course lab.", epilog=COMMANDS,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--lang", choices=catalog.LANGUAGES, help="default: what $LANG says")
    top.add_argument("--build", type=Path, default=catalog.ROOT / "build/release", help=argparse.SUPPRESS)
    sub = top.add_subparsers(dest="command", metavar="COMMAND")
    one = {"test": "?", "hint": "?", "run": None, "reset": None, "solution": None, "stress": None}
    for name, many in one.items():
        words_of = sub.add_parser(name)
        words_of.add_argument("exercise", nargs=many)
        if name == "run":
            words_of.add_argument("arguments", nargs=argparse.REMAINDER)
        if name == "test":
            words_of.add_argument("--seed", type=int, default=1)
        if name == "stress":
            words_of.add_argument("--runs", type=int, default=200)
    sub.add_parser("init").add_argument("folder", type=Path)
    sub.add_parser("list")
    sub.add_parser("watch")
    grading = sub.add_parser("grade")
    grading.add_argument("folder", nargs="?", type=Path)
    grading.add_argument("--format", choices=formats.FORMATS, default="text")
    grading.add_argument("--output", type=Path, help="a file, written anew after each test")
    grading.add_argument("--slot", type=int, help="whose user id to take; default: one that no other grader has")
    whole = sub.add_parser("grade-all")
    whole.add_argument("submissions", type=Path, help="a folder for each student")
    whole.add_argument("--jobs", type=int, default=os.cpu_count())
    whole.add_argument("--out", type=Path, help="default: SUBMISSIONS-marks")
    for one_or_all in (grading, whole):
        one_or_all.add_argument("--only", action="append", default=[], metavar="EX")
        one_or_all.add_argument("--seed", type=int)
        one_or_all.add_argument("--accept-less", action="store_true", help="use the isolation that there is")
        one_or_all.add_argument("--trust", action="store_true", help="no sandbox: the programs run as you")
    packing = sub.add_parser("bundle")
    packing.add_argument("platform", choices=bundle.PLATFORMS)
    packing.add_argument("out", type=Path, help="a folder")
    packing.add_argument("--only", action="append", default=[], metavar="EX")
    harming = sub.add_parser("hostile")
    harming.add_argument("names", nargs="*")
    harming.add_argument("--control", action="store_true", help="outside: does each do its harm?")
    checking = sub.add_parser("check")
    checking.add_argument("exercises", nargs="*")
    checking.add_argument("--quick", action="store_true")
    checking.add_argument("--repeat", type=int)
    checking.add_argument("--jobs", type=int, default=2)
    checking.add_argument("--class", type=int, nargs="?", const=100, dest="class_", metavar="N",
                          help="instead: N mixed submissions, graded twice on a busy machine")
    checking.add_argument("--figures", action="store_true", help="instead: how long grading takes")
    return top


def main(argv):
    args = parser().parse_args(argv)
    screen = Screen(words.Words(words.choose(args.lang)))
    say = screen.words
    processes.become_subreaper()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # through every `with`: no sandbox is left behind
    try:
        exercises = catalog.exercises()
        if args.command == "check" and args.class_:
            return rehearsal.rehearse(args, exercises)
        if args.command == "check" and args.figures:
            return rehearsal.figures(args, exercises)
        if args.command == "check":
            return check.run(args, commands.chosen(exercises, args.exercises))
        if args.command == "hostile":
            return hostile.run(screen, args)
        if args.command == "init":
            return commands.init(screen, exercises, args.folder)
        if args.command == "bundle":
            return bundle.run(screen, commands.chosen(exercises, args.only), args)
        if args.command == "grade-all":
            return grade_all.run(screen, commands.chosen(exercises, args.only), args)
        if args.command == "grade":
            return grade.run(screen, commands.chosen(exercises, args.only), args)
        folder = student.Folder.find()
        if args.command in (None, "watch"):
            return watch.run(screen, folder, exercises, args.build)
        return getattr(commands, args.command + "_")(screen, folder, exercises, args)
    except commands.Unknown as error:
        print(say("no_exercise", name=error), file=sys.stderr)
    except student.NoFolder as error:
        print(say("no_folder", path=error), file=sys.stderr)
    except catalog.Broken as error:
        print(error, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130
    return 2


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except BrokenPipeError:  # `lab list | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 141
    sys.exit(code)
