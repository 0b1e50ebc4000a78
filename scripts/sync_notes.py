#!/usr/bin/env python3
"""Keeps the notes true: their code is the real code, their claims are tests.

    python3 scripts/sync_notes.py --check [--root DIR]  exit code 1 when a note is not true
    python3 scripts/sync_notes.py --write [--root DIR]  writes code and outputs in, then checks

What a note (notes/**/*.md) holds:

    <!-- code: path#region -->     the fence under it holds the lines from //> region to //< region
    <!-- code: path -->            … or the whole file
    <!-- output: path.expected --> … or what the demo is recorded to print
    <!-- proof: Suite.Test, Suite.Other (linux) -->   tests that show what the section claims; a
                                   system where it holds only there: linux, macos, posix or win32
    <!-- no claims -->             in a section whose prose claims nothing

Every problem is one line, `file:line: what is wrong; what the rule is`.
"""
import argparse
import re
import sys
from pathlib import Path

from checks import cpp_text, notes
from checks.report import Report

SUFFIXES = ("posix", "linux", "macos", "win32")
# A proof for a system: the files whose tests run there ("" is a portable file).
RUNS_ON = {"linux": {"", "posix", "linux"}, "macos": {"", "posix", "macos"},
           "posix": {"", "posix"}, "win32": {"", "win32"}}


class Code:
    """The files that notes quote, each read once."""

    def __init__(self, root, report):
        self.root = root
        self.files = {}
        for area in ("platform", "chapters", "tests", "scripts"):
            for path in sorted(p for p in (root / area).rglob("*") if p.suffix in notes.LANGUAGES):
                text = path.read_text(encoding="utf-8")
                found, problems = notes.regions(path, text)
                self.files[path.relative_to(root).as_posix()] = (text, found)
                for line, problem in problems:
                    report.add(path.relative_to(root), line, problem)

    def lines_for(self, block):
        """(lines, None), or (None, what is wrong with the block's target)."""
        name, _, region = block.target.partition("#")
        path = self.root / name
        if name not in self.files:
            if not path.is_file() or self.root not in path.resolve().parents:
                return None, f"{name} is no file of the project"
            self.files[name] = (path.read_text(encoding="utf-8"), {})
        text, found = self.files[name]
        if region:
            return (found[region], None) if region in found else (
                None, f"{name} has no region {region}; it marks: {', '.join(found) or 'none'}")
        if block.kind == "output":
            return text.rstrip("\n").split("\n"), None
        pattern = notes.mark_pattern(path)
        return notes.tidy([line for line in text.splitlines() if not pattern.match(line)]), None


def fence(block, content, old):
    """The lines of a block's fence; `old`, its opening line, keeps its own language."""
    mark, language = "```", notes.LANGUAGES.get(Path(block.target.partition("#")[0]).suffix, "text")
    if old is not None:
        mark, language = re.match(r"\s*([`~]+)(.*)", old).groups()
        language = language.strip() or notes.LANGUAGES.get(
            Path(block.target.partition("#")[0]).suffix, "text")
    while any(line.lstrip().startswith(mark) for line in content):
        mark += mark[0]
    lines = [mark + language, *content, mark]
    return [block.indent + line if line else line for line in lines]


def sync(path, root, code, write, report):
    """Compares (or writes) the fences of one note."""
    note = notes.read_note(path.read_text(encoding="utf-8"))
    lines = list(note.lines)
    for block in reversed(note.blocks):  # from the end, so that indices stay right
        content, problem = code.lines_for(block)
        if problem:
            report.add(path.relative_to(root), block.line + 1,
                       f"{problem}; a note shows real lines")
            continue
        old = None if block.opening is None else note.lines[block.opening]
        wanted = fence(block, content, old)
        first = block.line + 1 if old is None else block.opening
        last = first if old is None else block.closing + 1
        if lines[first:last] == wanted:
            continue
        if write:
            lines[first:last] = wanted
        else:
            at = next((i for i, (a, b) in enumerate(zip(lines[first:last], wanted)) if a != b),
                      min(last - first, len(wanted)))
            report.add(path.relative_to(root), first + at + 1, f"is not what {block.target} says; "
                       "run `make notes` (sync_notes.py --write)")
    if write and lines != note.lines:
        path.write_text("\n".join(lines), encoding="utf-8")
        print(f"wrote {path.relative_to(root)}")


def read_tests(root):
    """{Suite.Test: the suffixes of the files that have it}; commented-out tests are none."""
    tests = {}
    for path in sorted((root / "tests").rglob("*.cpp")):
        system = next((s for s in SUFFIXES if path.stem.endswith("_" + s)), "")
        code = cpp_text.code_only(path.read_text(encoding="utf-8"))
        for m in re.finditer(r"\b(?:TYPED_)?TEST(?:_F|_P)?\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)", code):
            tests.setdefault(f"{m[1]}.{m[2]}", set()).add(system)
    return tests


def check_proof(claim, tests):
    """What is wrong with one `Suite.Test (system)`, or None."""
    m = re.fullmatch(r"(\w+\.\w+)(?:\s*\((\w+)\))?", claim)
    if not m:
        return f"'{claim}' is no proof; write Suite.Test, or Suite.Test (linux)"
    name, system = m.groups()
    if system and system not in RUNS_ON:
        return f"{name} ({system}): no such system; they are {', '.join(RUNS_ON)}"
    if name not in tests:
        return f"no test {name} in tests/; a claim's proof is a test that exists"
    if ".DISABLED_" in name or name.startswith("DISABLED_"):
        return f"{name} is disabled; a test that does not run proves nothing"
    files = tests[name]
    if system and not files & RUNS_ON[system]:
        where = "/_".join(sorted(files))
        return f"{name} does not run on {system}: it stands in a _{where} file only"
    if not system and "" not in files and not {"posix", "win32"} <= files:
        only = sorted(files)[0]
        return (f"{name} runs on {'/'.join(sorted(files))} only; say so: {name} ({only}), or prove "
                "it on both systems")
    return None


def check_claims(path, root, tests, report):
    """Every claim is a test, and every section that says something has one."""
    where = path.relative_to(root)
    note = notes.read_note(path.read_text(encoding="utf-8"))
    for line, problem in note.problems:
        report.add(where, line, problem)
    for line, text in note.proofs:
        for claim in (c.strip() for c in text.split(",")):
            problem = check_proof(claim, tests)
            if problem:
                report.add(where, line, problem)
    for section in note.sections:
        if section.no_claims and section.proofs:
            report.add(where, section.no_claims, f"'{section.title}' has a proof, so it claims "
                       "something; drop <!-- no claims -->")
        elif section.prose and not section.proofs and not section.no_claims:
            report.add(where, section.prose, f"'{section.title}' says something and proves nothing"
                       "; a section has a <!-- proof: Suite.Test -->, or <!-- no claims -->")


def check_demo(demo, chapter, root, report):
    """A demo says what to look for and how it is run, and what it prints is recorded."""
    where = demo.relative_to(root)
    bare = re.sub(rf"_(?:{'|'.join(SUFFIXES)})$", "", demo.stem)
    recorded = [f"{stem}{middle}.expected" for stem in {demo.stem, bare}
                for middle in ("", *("." + s for s in SUFFIXES))]
    if not any((demo.parent / name).is_file() for name in recorded):
        report.add(where, 1, f"has no {bare}.expected; what a demo prints is recorded and checked")
    head = []
    for line in demo.read_text(encoding="utf-8").splitlines():
        if not line.startswith("//"):
            break
        head.append(line)
    if not any(re.match(r"// Look for: *\S", line) for line in head):
        report.add(where, 1, "its head has no `// Look for:`; a demo says what to look for")
    program = f"{chapter[:4]}_{re.sub(r'^[0-9]+_', '', bare)}"
    runs = [(i, m[1]) for i, m in enumerate((re.match(r"// Run: *(\S+)", x) for x in head), 1) if m]
    if not runs:
        report.add(where, 1, f"its head has no `// Run:`; a demo says how it is run: {program} …")
    for line, name in runs:
        if name != program:
            report.add(where, line, f"Run: {name}, but this demo's program is {program}")


def check_chapters(root, report):
    """Every chapter has its note and its README; every demo its head and its recorded output."""
    for folder in sorted((root / "chapters").glob("ch[0-9][0-9]_*")):
        where = folder.relative_to(root)
        for needed in (folder / "README.md", root / "notes" / "en" / f"{folder.name}.md"):
            if not needed.is_file():
                report.add(where, 1, f"has no {needed.relative_to(root)}; every chapter has its "
                                     "note and its README")
        demos = sorted((folder / "demos").glob("*.cpp"))
        for demo in demos:
            check_demo(demo, folder.name, root, report)
        for expected in sorted((folder / "demos").glob("*.expected")):
            stem = expected.name.split(".")[0]
            if not any(d.stem == stem or d.stem.startswith(stem + "_") for d in demos):
                report.add(expected.relative_to(root), 1, "belongs to no demo; remove or rename it")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true", help="report what is not true")
    mode.add_argument("--write", action="store_true", help="write code and outputs, then check")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    report = Report("sync_notes")
    code, tests = Code(root, report), read_tests(root)
    paths = sorted((root / "notes").rglob("*.md"))
    for path in paths:
        sync(path, root, code, options.write, report)
        check_claims(path, root, tests, report)
    check_chapters(root, report)
    return report.finish(f"{len(paths)} note(s) show the real code and prove what they claim")


if __name__ == "__main__":
    sys.exit(main())
