#!/usr/bin/env python3
"""Walks the chapters: runs each demo, shows its real output, and holds it against what it claims.

./scripts/tour builds what this needs and then calls it. CTest calls it with --check. How a demo's head
and its .expected file are written: tourlib/demos.py and tourlib/template.py.
"""

import argparse
import difflib
import os
import re
import signal
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from tourlib import demos, runner, template  # noqa: E402
from tourlib.page import Page  # noqa: E402
from tourlib.walk import Walk, read_expected, short  # noqa: E402

OK, FAILED, USAGE, SKIPPED = 0, 1, 2, 77


def here(chapter, build):
    """The chapter's demos that this system has."""
    return [d for d in chapter.demos if d.system in demos.SYSTEMS[build.system]]


def select(chapters, wanted, build):
    """[(chapter, demos)] for what was asked; all of them when nothing was."""
    if not wanted:
        return [(c, here(c, build)) for c in chapters]
    picked = {}
    for word in wanted:
        number = re.fullmatch(r"(?:ch)?0?(\d{1,2})(?:_(\w+))?", word)
        hits = [(c, d) for c in chapters for d in here(c, build)
                if word in (d.program, d.program[5:], c.topic, c.folder.name)
                or (number and not number[2] and int(number[1]) == int(c.number))]
        if not hits:
            names = [d.program for c in chapters for d in here(c, build)] + [c.topic for c in chapters]
            near = difflib.get_close_matches(word, names, 3)
            raise SystemExit(usage(f"no chapter or demo is called '{word}'."
                                   + (f" Near: {', '.join(near)}." if near else "")
                                   + " All of them: ./scripts/tour --list"))
        for chapter, demo in hits:
            found = picked.setdefault(chapter.number, (chapter, []))[1]
            if demo not in found:
                found.append(demo)
    return [picked[n] for n in sorted(picked)]


def usage(text):
    print(f"tour: {text}", file=sys.stderr)
    return USAGE


def list_demos(page, selection):
    for chapter, found in selection:
        page.say(page.paint(chapter.number, "cyan") + "  " + page.paint(chapter.title, "bold"))
        for demo in found:
            page.wrapped(demo.shows, 4, first=f"{demo.program:<20} ")
    if not selection:
        page.say("No chapter stands yet.")
    return OK


def tour(page, selection, build, step):
    counts = {"✓": 0, "✗": 0, "–": 0}
    failed, left = [], sum(len(found) for _, found in selection)
    for chapter, found in selection:
        if found:
            page.chapter(chapter)
        for demo in found:
            page.demo(demo)
            walk = Walk(demo, build).go(page)
            mark = "–" if walk.skip else "✓" if walk.ok else "✗"
            counts[mark] += 1
            left -= 1
            if walk.skip:
                page.verdict("–", f"skipped: {walk.skip}")
            elif walk.ok:
                page.verdict("✓", "as it claims", f"{walk.seconds * 1000:.0f} ms")
            else:
                failed.append(demo.program)
                walk.report(page)
            if step and left and not wait_for_key(page):
                left = -left
                break
        if left < 0:
            break
    where = "under Wine" if build.foreign else ""
    return summary(page, counts, failed, where, stopped=left < 0)


def summary(page, counts, failed, where, stopped):
    total = sum(counts.values())
    page.say()
    page.say(page.paint("─" * page.width, "dim"))
    parts = [f"{total} demo{'s' if total != 1 else ''}", page.paint(f"{counts['✓']} ✓", "green")]
    if counts["✗"]:
        parts.append(page.paint(f"{counts['✗']} ✗", "red", "bold"))
    if counts["–"]:
        parts.append(page.paint(f"{counts['–']} skipped", "yellow"))
    notes = [n for n in (where, "stopped here" if stopped else "") if n]
    page.say(", ".join(parts) + (f" ({', '.join(notes)})" if notes else ""), 1)
    if failed:
        page.wrapped("Once more: ./scripts/tour " + " ".join(failed), 1)
    return FAILED if counts["✗"] else OK


def wait_for_key(page):
    """True: go on. False: the reader has seen enough."""
    import termios
    import tty

    page.say()
    page.out.write(page.paint("  a key: go on   q: stop ", "dim"))
    page.out.flush()
    fd = sys.stdin.fileno()
    before = termios.tcgetattr(fd)
    try:
        tty.setcbreak(fd)  # keeps Ctrl-C a signal
        key = os.read(fd, 16)
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)
        page.out.write("\r\033[K")
    return key not in (b"q", b"Q", b"", b"\x04")


def check(page, demo, build):
    walk = Walk(demo, build).go()
    if walk.skip:
        page.say(f"skipped: {walk.skip}")
        return SKIPPED
    if not walk.ok:
        walk.report(page)
        page.say()
        page.say("The whole output:")
        page.output(walk.lines)
        return FAILED
    return OK


def update(page, demo, build):
    walk, again = Walk(demo, build).go(), Walk(demo, build).go()
    hard = [p for p in walk.problems if not walk.rows and ".expected" not in p]
    if walk.skip or hard:
        page.verdict("✗", f"{demo.program}: not updated: {walk.skip or hard[0]}")
        return FAILED
    old = read_expected(walk.expected_path) if walk.expected_path.exists() else []
    new = "\n".join(template.updated(old, walk.lines, again.lines)) + "\n"
    if not template.matches([template.Line(t) for t in new.splitlines()], walk.lines):
        page.verdict("✗", f"{demo.program}: the placeholders contradict each other; by hand, please")
        return FAILED
    same = walk.ok and new == walk.expected_path.read_text(encoding="utf-8")
    path = walk.expected_path if same else demo.updated_path(build.system)
    path.write_text(new, encoding="utf-8")
    page.verdict("✓", f"{short(path)}: {'unchanged' if same else 'written'}")
    if not same:
        page.say("Read it: a number that differs from run to run must be a placeholder.", 4)
    return OK


def main(argv):
    parser = argparse.ArgumentParser(
        prog="tour", description="Walks the chapters: runs each demo, shows its real output, and "
        "says whether it is what the demo claims.")
    parser.add_argument("what", nargs="*", help="chapters (04, spawn) or demos (ch04_exec); default: all")
    parser.add_argument("--list", action="store_true", help="name the demos and run none")
    parser.add_argument("--step", action="store_true", help="wait for a key after each demo")
    parser.add_argument("--check", metavar="DEMO", help="run one demo quietly; 1: differs, 77: cannot run here")
    parser.add_argument("--update", metavar="DEMO", help="write its .expected from what it prints now")
    parser.add_argument("--build", metavar="DIR", default=demos.ROOT / "build/release", help="the build to run")
    args = parser.parse_args(argv)

    page = Page()
    build = runner.Build(args.build)
    try:
        chapters = demos.read_chapters()
    except demos.HeadError as error:
        return usage(str(error))
    one = args.check or args.update
    if one:
        hits = [(c, d) for c in chapters for d in c.demos if d.program == one]
        fit = [d for _, d in hits if d.system in demos.SYSTEMS[build.system]]
        if hits and not fit:
            page.say(f"skipped: {one} is not for this system ({build.system})")
            return SKIPPED
        if not fit:
            return usage(f"no demo is called '{one}'")
        return (check if args.check else update)(page, fit[0], build)
    selection = select(chapters, args.what, build)
    if args.list:
        return list_demos(page, selection)
    if args.step and not (sys.stdin.isatty() and page.tty):
        return usage("--step needs a terminal")
    return tour(page, selection, build, args.step)


if __name__ == "__main__":
    # Ctrl-C: runner has killed the demo by then; a shell wants to see us die of the signal itself.
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\033[0m" if sys.stdout.isatty() else "")
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BrokenPipeError:
        os._exit(141)
