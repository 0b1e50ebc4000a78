#!/usr/bin/env python3
"""clang-tidy on what a build compiles, two files at a time; a file that passed is not asked again
until it, a header of ours that it includes, its flags or a .clang-tidy above it change.

    scripts/tidy.py [--build DIR] [--jobs N] [FILE…]
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
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


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
    """The files that CMake joined into this one; none when it is a file of ours."""
    return INCLUDE.findall(Path(name).read_text()) if "/Unity/" in name else []


def key(entry, version):
    digest = hashlib.sha256((version + entry["command"]).encode())
    for folder in Path(entry["file"]).relative_to(ROOT).parents:  # clang-tidy's own rule: the nearest
        if (config := ROOT / folder / ".clang-tidy").exists():
            digest.update(config.read_bytes())
    for path, text in sorted(ours(Path(entry["file"]), {}).items()):
        digest.update(f"{path}\0{text}\0".encode())
    return digest.hexdigest()


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("files", nargs="*", help="only these; default: all that the build compiles")
    parser.add_argument("--build", type=Path, default=ROOT / "build/release")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    args = parser.parse_args(argv)
    database = args.build / "compile_commands.json"
    if not database.exists():
        print(f"{database} is missing: ./scripts/test --quick makes it")
        return 2
    if shutil.which("clang-tidy") is None:
        print("clang-tidy is missing: ./scripts/bootstrap test")
        return 2
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True).stdout
    wanted = {str(Path(f).resolve()) for f in args.files}
    entries = [e for e in json.loads(database.read_text())
               if Path(e["file"]).is_relative_to(ROOT)
               and ("/Unity/" in e["file"] or not Path(e["file"]).is_relative_to(args.build))
               and (not wanted or wanted & {e["file"], *included(e["file"])})]
    for folder in {Path(e["file"]).parent for e in entries if "/Unity/" in e["file"]}:
        shutil.copy(ROOT / "tests/.clang-tidy", folder)  # several tests in one: their rules hold
    cache = ROOT / "build/tidy"
    cache.mkdir(parents=True, exist_ok=True)
    todo = [(e, k) for e, k in ((e, key(e, version)) for e in entries) if not (cache / k).exists()]

    def tidy(item):
        entry, mark = item
        ran = subprocess.run(["clang-tidy", "--quiet", "--extra-arg=-Wno-unknown-warning-option", "-p",
                              args.build, entry["file"]],
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
