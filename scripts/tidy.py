#!/usr/bin/env python3
"""clang-tidy on what the tidy preset would compile, two files at a time; a file that passed is not asked
again until it, a header of ours that it includes, its flags or a .clang-tidy above it change.

    scripts/tidy.py [--jobs N] [FILE…]
    scripts/tidy.py --paths [FILE…]     clang's analyzer instead, path by path through the libraries and the programs

Files are read several at once: most of the time goes into their headers. The analyzer follows no path in a file that
is included, so it is asked about each by itself, which takes as long again as all the rest: not in .ci/run.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build/tidy"
PROGRAMS = BUILD / "programs"
PATHS = ROOT / "build/tidy-paths"
NO_PATHS = "-clang-analyzer-*"
ONLY_PATHS = "-bugprone-*,-performance-*,-misc-*,-modernize-*,-readability-*"
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)
ANY_INCLUDE = re.compile(r'^\s*#\s*include\s*[<"].*', re.M)
PROGRAM = re.compile(r"/chapters/(ch\d\d)_\w+/(demos|lab)/")


def ours(path, seen):
    """The file and every header of this tree that it reaches; includes name them from the root."""
    if path in seen or not path.is_file():
        return seen
    seen[path] = text = path.read_text(encoding="utf-8", errors="replace")
    for name in INCLUDE.findall(text):
        for base in (ROOT, path.parent):
            ours(base / name, seen)
    return seen


def included(name):
    """The files that were joined into this one; none when it is a file of ours."""
    return INCLUDE.findall(Path(name).read_text()) if Path(name).is_relative_to(BUILD) else []


def join_programs(entries):
    """A chapter's demos become one file, and its exercises: most of the time goes into the headers. Each of the
    programs is in a namespace of its own, behind all the headers, which do nothing the second time."""
    groups, others = {}, []
    for entry in entries:
        found = PROGRAM.search(entry["file"])
        (groups.setdefault("_".join(found.groups()), []) if found else others).append(entry)
    PROGRAMS.mkdir(exist_ok=True)
    joined = []
    for name, group in groups.items():
        headers = sorted({line.strip() for e in group for line in ANY_INCLUDE.findall(Path(e["file"]).read_text())})
        text = "\n".join(headers) + "\n"
        for number, entry in enumerate(group):
            text += f'namespace program_{number} {{\n#include "{entry["file"]}"\n}}\n'
        file = PROGRAMS / f"{name}.cpp"
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
        # main() may end without a return, and is none there.
        command = group[0]["command"].replace(group[0]["file"], f"{file} -Wno-return-type")
        joined.append({"directory": group[0]["directory"], "command": command, "file": str(file)})
    (PROGRAMS / "compile_commands.json").write_text(json.dumps(joined))
    return others + joined


def configured(build, *options):
    """What compile_commands.json says of this tree's files in a build folder, made or brought up to date."""
    fresh = not (build / "build.ninja").exists()
    subprocess.run(["cmake", "-S", ROOT, "--preset", "tidy", "-B", build, *options] if fresh else
                   ["ninja", "-C", build, "build.ninja"], check=True, stdout=subprocess.DEVNULL)
    return [e for e in json.loads((build / "compile_commands.json").read_text())
            if Path(e["file"]).is_relative_to(ROOT)
            and ("/Unity/" in e["file"] or not Path(e["file"]).is_relative_to(build))]


def joined():
    """Each file of the build, or the one that it was joined into."""
    entries = join_programs(configured(BUILD))
    for folder in {Path(e["file"]).parent for e in entries if Path(e["file"]).is_relative_to(BUILD)}:
        # It includes .cpp files; and where a callee's body is in sight, what may throw bad_alloc is an escape.
        rules = "InheritParentConfig: true\nChecks: '-bugprone-suspicious-include,-bugprone-exception-escape'\n"
        if "_test.dir" in str(folder):
            rules = (ROOT / "tests/.clang-tidy").read_text()
        (folder / ".clang-tidy").write_text(rules)
    return entries


def alone():
    """Each file by itself. Not the tests, of which tests/.clang-tidy says why, nor the benchmarks."""
    return [e for e in configured(PATHS, "-DPROCLAB_JOIN=OFF")
            if not re.search(r"/tests/|/lab/\w+/test\.cpp$|/bench/", e["file"])]


def key(entry, asked):
    digest = hashlib.sha256(" ".join([*asked, entry["command"]]).encode())
    for folder in Path(entry["file"]).relative_to(ROOT).parents:  # clang-tidy's own rule: the nearest
        if (config := ROOT / folder / ".clang-tidy").exists():
            digest.update(config.read_bytes())
    for path, text in sorted(ours(Path(entry["file"]), {}).items()):
        digest.update(f"{path}\0{text}\0".encode())
    return digest.hexdigest()


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("files", nargs="*", help="only these; default: all that the build compiles")
    parser.add_argument("--paths", action="store_true", help="clang's analyzer, and nothing else")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    args = parser.parse_args(argv)
    if shutil.which("clang-tidy") is None:
        print("clang-tidy is missing: ./scripts/bootstrap test")
        return 2
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True).stdout
    wanted = {str(Path(f).resolve()) for f in args.files}
    entries = [e for e in (alone() if args.paths else joined())
               if not wanted or wanted & {e["file"], *included(e["file"])}]
    asked = [version, f"--checks={ONLY_PATHS if args.paths else NO_PATHS}"]
    cache = BUILD / "passed"
    cache.mkdir(parents=True, exist_ok=True)
    todo = [(e, k) for e, k in ((e, key(e, asked)) for e in entries) if not (cache / k).exists()]

    def tidy(item):
        entry, mark = item
        database = PATHS if args.paths else PROGRAMS if Path(entry["file"]).parent == PROGRAMS else BUILD
        ran = subprocess.run(["clang-tidy", "--quiet", "--extra-arg=-Wno-unknown-warning-option", "-p",
                              database, asked[1], entry["file"]],
                             capture_output=True, text=True)
        if ran.returncode == 0:
            (cache / mark).touch()
        return entry["file"], ran

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for number, (name, ran) in enumerate(pool.map(tidy, todo), 1):
            print(f"[{number}/{len(todo)}] {Path(name).relative_to(ROOT)}", flush=True)
            if ran.returncode != 0:
                failed += 1
                print("FAILED: " + (ran.stdout.strip() or ran.stderr.strip()), flush=True)
    print(f"{len(entries)} files, {len(entries) - len(todo)} unchanged since they passed, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
