#!/usr/bin/env python3
"""Adds up what CTest wrote: ctest_summary.py PHASE=FILE.xml[=TIME]…

Each FILE is one run's --output-junit. Prints every failed and every skipped test, the latter with its
reason, a table of the phases, and as the last line 'N passed, N failed, N skipped'. A GoogleTest
program that is one CTest test (as under Wine) counts by its own tests. Exit 1 when anything failed,
when a phase left no file, or when no test ran at all. With '--failures FILE.xml': what the failed
tests printed, and nothing else.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Phase:
    name: str
    passed: int = 0
    failed: list = field(default_factory=list)
    skipped: list = field(default_factory=list)  # (test, reason)
    seconds: str = ""


def read_phase(name, path, seconds):
    phase = Phase(name, seconds=seconds)
    try:
        cases = list(ElementTree.parse(path).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError):
        phase.failed.append("the phase itself: it did not build, or CTest did not run")
        return phase
    for case in cases:
        count(phase, case)
    return phase


def count(phase, case):
    name, output = case.get("name"), case.findtext("system-out") or ""
    status = case.get("status")
    if case.find("skipped") is not None or status in ("notrun", "disabled"):
        reason = skip_reason(output)
        if reason is None:
            message = case.find("skipped")
            reason = (message.get("message") if message is not None else "") or status
            if "Unable to find" in reason or "Not Run" in reason and not output:
                phase.failed.append(f"{name} (not built)")
                return
        phase.skipped.append((name, reason))
        return
    several = re.search(r"^\[==========\] Running (\d+) tests? from", output, re.M)
    if several and int(several[1]) > 1:
        count_googletest(phase, name, output, status)
    elif status == "run":
        phase.passed += 1
    else:
        phase.failed.append(name)


def count_googletest(phase, name, output, status):
    """A whole program in one CTest test: its lines tell."""
    phase.passed += len(re.findall(r"^\[       OK \]", output, re.M))
    failed = sorted(set(re.findall(r"^\[  FAILED  \] ([\w./]+)(?:, where.*)? \(\d+ ms\)", output, re.M)))
    phase.failed += [f"{name}: {test}" for test in failed]
    if status != "run" and not failed:
        begun = re.findall(r"^\[ RUN      \] (\S+)", output, re.M)
        phase.failed.append(f"{name}: ended in {begun[-1] if begun else 'its start'}")
    for test, text in re.findall(
            r"^\[ RUN      \] (\S+)\r?\n((?:(?!\[ RUN).*\n)*?)\[  SKIPPED \] \1", output, re.M):
        phase.skipped.append((f"{name}: {test}", skip_reason(text) or "no reason given"))


def skip_reason(output):
    """What a GTEST_SKIP() or scripts/tour.py said."""
    found = re.search(r": Skipped\r?\n(.+)", output) or re.search(r"^skipped: (.+)", output, re.M | re.I)
    return found[1].strip() if found and not found[1].startswith("[") else None


def show_failures(path, limit=60):
    try:
        cases = list(ElementTree.parse(path).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError):
        print("    CTest left no result; its log stands beside it in build/logs/")
        return
    for case in cases:
        failure = case.find("failure")
        if failure is None:
            continue
        print(f"\n    ✗ {case.get('name')}: {failure.get('message') or 'failed'}"
              f" after {float(case.get('time') or 0):.1f} s")
        lines = of_the_failed(case.findtext("system-out") or "")
        if len(lines) > limit:
            print(f"      … {len(lines) - limit} lines before")
        for line in lines[-limit:]:
            print("      " + line)


def of_the_failed(output):
    """The lines of an output; of a whole GoogleTest program's, those of the tests that failed or did not end."""
    parts = re.split(r"^(?=\[ RUN      \] )", output, flags=re.M)[1:]
    told = [re.split(r"^\[[-=]{10}\]", part, flags=re.M)[0]
            for part in parts if not re.search(r"^\[ +(OK|SKIPPED) +\] ", part, re.M)]
    return ("".join(told) or output).splitlines()


def main(arguments):
    if arguments[:1] == ["--failures"]:
        show_failures(arguments[1])
        return 0
    phases = [read_phase(*(a.split("=") + ["", ""])[:3]) for a in arguments]
    for phase in phases:
        for test in phase.failed:
            print(f"  ✗ {phase.name}: {test}")
    for (test, reason), where in group_skips(phases).items():
        print(f"  – {', '.join(where)}: {test}: {reason}")
    width = max([len(p.name) for p in phases] + [5])
    print(f"\n  {'phase':<{width}}  passed  failed  skipped  time")
    for p in phases:
        print(f"  {p.name:<{width}}  {p.passed:6}  {len(p.failed):6}  {len(p.skipped):7}  {p.seconds}")
    passed, failed, skipped = (sum(len(x) if isinstance(x, list) else x for x in xs) for xs in (
        [p.passed for p in phases], [p.failed for p in phases], [p.skipped for p in phases]))
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or passed == 0 else 0


def group_skips(phases):
    """The same test skipped for the same reason in several phases is told once."""
    groups = {}
    for phase in phases:
        for skip in phase.skipped:
            groups.setdefault(skip, []).append(phase.name)
    return groups


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
