#!/usr/bin/env python3
"""Keeps the layers of the house: what may know what, and where the system may be seen.

    python3 scripts/check_layers.py [--root DIR]

Each rule is a function below and says itself why it is there. Every problem is one line,
`file:line: what is wrong; what the rule is`; the exit code is 1 when there is one.
"""
import argparse
import re
import sys
from pathlib import Path

from checks import calls, cpp_text
from checks.report import Report

SUFFIXES = ("posix", "linux", "macos", "win32")
LONGEST_FILE = 400
NO_LIBRARY = ("demos", "lab", "bench")


class Source:
    """One C++ file, read once, and where it stands in the house."""

    def __init__(self, root, path):
        self.path = path.relative_to(root)
        self.text = path.read_text(encoding="utf-8")
        self.code = cpp_text.code_only(self.text)
        self.includes = cpp_text.includes(self.text)
        parts = self.path.parts
        self.area = parts[0]
        self.chapter = parts[1] if self.area == "chapters" and len(parts) > 2 else None
        #: demos, lab, bench; None for a chapter's library
        self.corner = parts[2] if self.chapter and parts[2] in NO_LIBRARY else None

    @property
    def system(self):
        """The system that the file's name ends in, or None for a portable one."""
        return next((s for s in SUFFIXES if self.path.stem.endswith("_" + s)), None)

    @property
    def is_public_header(self):
        if self.path.suffix != ".h":
            return False
        if self.area == "platform":
            return len(self.path.parts) == 2
        return (self.chapter is not None and self.corner is None and self.system is None
                and not self.path.name.startswith("child_side_"))


def read_uses(root, report):
    """{chapter: (line, the chapters it says it uses)} from each chapter's CMakeLists.txt."""
    uses = {}
    for folder in sorted((root / "chapters").glob("ch[0-9][0-9]_*")):
        listed = folder / "CMakeLists.txt"
        path = listed.relative_to(root)
        text = re.sub(r"#[^\n]*", "", listed.read_text(encoding="utf-8")) if listed.exists() else ""
        call = re.search(r"\bchapter\s*\(([^)]*)\)", text)
        words = call[1].split() if call else []
        if not words or words[0] != folder.name:
            report.add(path, 1, f"no chapter({folder.name} …) here; each chapter's CMakeLists.txt "
                                "declares it")
            uses[folder.name] = (1, [])
            continue
        line = cpp_text.line_of(text, call.start())
        used = []
        if "USES" in words:
            for word in words[words.index("USES") + 1:]:
                if word in ("LIBS", "SERIAL"):
                    break
                used.append(word)
        for name in used:
            if not (root / "chapters" / name).is_dir():
                report.add(path, line, f"USES {name}, which is no chapter")
            elif name >= folder.name:
                report.add(path, line, f"USES {name}, which does not come before {folder.name}; "
                                       "a chapter builds on earlier ones only")
        uses[folder.name] = (line, used)
    return uses


def check_includes(root, source, uses, report):
    """A path names its file, from the root; and nobody includes what is above it."""
    for line, form, target in source.includes:
        exists = (root / target).is_file()
        if form == "angle":
            if exists:
                report.add(source.path, line, f"<{target}> is a file of the project; "
                                              'it is included with quotes')
            continue
        if not exists:
            report.add(source.path, line, f'"{target}" is no file; project includes are relative '
                       "to the repository's root, and system headers stand in <>")
            continue
        why = _not_allowed(source, Path(target).parts, uses)
        if why:
            report.add(source.path, line, f'includes "{target}"; {why}')


def _not_allowed(source, target, uses):
    """The rule that including `target` breaks, or None."""
    area = target[0]
    in_corner = area == "chapters" and len(target) > 3 and target[2] in NO_LIBRARY
    corner = target[2] if in_corner else None
    if source.area == "tests":
        return "a test may include anything but a demo" if corner == "demos" else None
    if source.area == "platform":
        return None if area == "platform" else "platform knows platform, nobody else"
    if area == "platform":
        return None
    if area == "tests" and source.corner == "lab":
        return None  # an exercise's test stands beside the exercise and uses the tests' helpers
    if area != "chapters":
        return f"a chapter knows platform and chapters, not {area}/"
    if corner and (source.corner != corner or target[1] != source.chapter):
        return f"nothing but its own chapter's {corner} may include a file of {corner}/"
    _, used = uses.get(source.chapter, (0, []))
    if target[1] != source.chapter and target[1] not in used:
        return (f"{source.chapter} does not declare {target[1]}: chapter({source.chapter} USES …) "
                f"in chapters/{source.chapter}/CMakeLists.txt names every chapter it knows")
    return None


def check_public_header(source, report):
    """Who includes a contract must not get the system with it: that is what makes it portable."""
    if not source.is_public_header:
        return
    for line, form, target in source.includes:
        if form == "angle" and target not in calls.STANDARD_HEADERS:
            report.add(source.path, line, f"<{target}> in a public header; only the C++ standard "
                       "library and project headers stand there, system headers in _posix, _win32 "
                       "… files")
        name = Path(target).stem
        if form == "quote" and (name.startswith("child_side_") or name.endswith(
                tuple("_" + s for s in SUFFIXES))):
            report.add(source.path, line,
                       f'"{target}" in a public header; it is for one system only')


def check_system_macros(source, report):
    """One file knows which system it is; for all others the build chooses by suffix."""
    if source.path == Path("platform/native.h"):
        return
    for m in re.finditer(rf"\b(?:{calls.SYSTEM_MACROS})\b", source.code):
        report.add(source.path, cpp_text.line_of(source.code, m.start()),
                   f"{m[0]} outside platform/native.h; the build picks files by suffix "
                   f"({', '.join('_' + s for s in SUFFIXES)})")


def check_lesson_calls(source, report):
    """platform/ holds vocabulary; the verbs stand raw in the chapter that teaches them."""
    if source.area != "platform":
        return
    found = [(offset, name) for offset, name, kind, _ in
             cpp_text.uses_of(source.code, calls.LESSON_CALLS) if kind != "declaration"]
    found += [(m.start(), m[0]) for m in
              re.finditer(rf"\b(?:{calls.LESSON_NUMBERS})\b", source.code)]
    found += [(m.start(), m[1]) for m in re.finditer(
        rf"(?<![\w>])::({calls.LESSON_CALLS})\b(?!\s*\()", source.code)]  # its address
    for offset, name in found:
        report.add(source.path, cpp_text.line_of(source.code, offset),
                   f"{name} in platform/; it is a lesson's call and stands in the chapter that "
                   "teaches it")


def check_prefixed(source, own, report):
    """A system call is written ::call, so that a reader sees where the kernel is asked. A name that
    the file, or a header it includes, declares itself is its own and may be called plainly."""
    if source.area not in ("platform", "chapters"):
        return
    for offset, name, kind, has_args in cpp_text.uses_of(source.code, calls.SYSTEM_CALLS):
        possible = has_args or name in calls.NO_ARGUMENTS
        if kind == "plain" and possible and (name, has_args) not in own:
            report.add(source.path, cpp_text.line_of(source.code, offset),
                       f"{name}() without ::; a system call is written ::{name}()")


def own_names(sources, path, seen=None):
    """What `path` and the project headers it includes declare under a system call's name."""
    seen = set() if seen is None else seen
    source = sources.get(path)
    if source is None or path in seen:
        return set()
    seen.add(path)
    names = cpp_text.own_names(source.code, calls.SYSTEM_CALLS)
    for _, form, target in source.includes:
        if form == "quote":
            names |= own_names(sources, Path(target), seen)
    return names


def check_siblings(sources, report):
    """spawn_posix.cpp and spawn_win32.cpp are read side by side: the functions of spawn.h that both
    define stand in the same order. Best effort; helpers of one system stand where they like."""
    for path, header in sources.items():
        if path.suffix != ".h" or not header.is_public_header:
            continue
        siblings = [path.with_name(f"{path.stem}_{s}.cpp") for s in SUFFIXES]
        if header.area == "platform":
            siblings = [path.parent / s / f"{path.stem}.cpp" for s in SUFFIXES]
        lists = [(s, cpp_text.definitions(sources[s].text)) for s in siblings if s in sources]
        for i, (first, reference) in enumerate(lists):
            for second, other in lists[i + 1:]:
                _same_order(header, first, reference, second, other, report)


def _same_order(header, first, reference, second, other, report):
    def declared(name):
        return re.search(rf"(?<!\w){re.escape(name.split('::')[-1])}\s*\(", header.code)

    common = {n for _, n in reference} & {n for _, n in other}
    order = list(dict.fromkeys(n for _, n in reference if n in common and declared(n)))
    there = [(line, n) for line, n in other if n in order]
    place = {}
    for line, name in there:
        place.setdefault(name, line)
    got = list(place)
    for wanted, name in zip(order, got):
        if wanted != name:
            report.add(second, place[name], f"{name} stands before {wanted} here and after it in "
                       f"{first}; siblings define a header's functions in the same order")
            return


def check_length(root, report):
    """A file is read at one sitting."""
    patterns = ("*.cpp", "*.h", "*.py", "*.cmake", "CMakeLists.txt")
    for area in ("platform", "chapters", "tests", "scripts"):
        for path in (p for pattern in patterns for p in (root / area).rglob(pattern)):
            lines = path.read_text(encoding="utf-8").splitlines()
            generated = any("generated by" in line.lower() for line in lines[:5])
            if len(lines) > LONGEST_FILE and not generated:
                report.add(path.relative_to(root), len(lines), f"{len(lines)} lines; a file has at "
                           f"most {LONGEST_FILE} (around 250 reads best): split it by topic")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    root = parser.parse_args(arguments).root.resolve()
    report = Report("check_layers")
    uses = read_uses(root, report)
    hostile = root / "tests/lab/hostile"  # what a stranger hands in keeps no layers
    paths = sorted(p for area in ("platform", "chapters", "tests") for ending in ("*.h", "*.cpp")
                   for p in (root / area).rglob(ending)
                   if hostile not in p.parents)
    sources = {s.path: s for s in (Source(root, p) for p in paths)}
    for path, source in sources.items():
        check_includes(root, source, uses, report)
        check_public_header(source, report)
        check_system_macros(source, report)
        check_lesson_calls(source, report)
        check_prefixed(source, own_names(sources, path), report)
    check_siblings(sources, report)
    check_length(root, report)
    if not sources:
        report.add("platform", 1, f"no sources under {root}; is --root the repository's root?")
    return report.finish(f"{len(sources)} files keep the layers")


if __name__ == "__main__":
    sys.exit(main())
