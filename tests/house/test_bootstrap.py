#!/usr/bin/env python3
"""scripts/bootstrap on machines that it will meet, made of stubs: apt-get, sudo and id are recorders."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = {  # what shows that a package is there
    "g++": "g++", "make": "make", "cmake": "cmake", "ninja": "ninja-build", "python3": "python3",
    "node": "nodejs", "strace": "strace", "x86_64-w64-mingw32-g++-posix": "g++-mingw-w64-x86-64-posix",
    "wine": "wine", "clang-format": "clang-format", "clang-tidy": "clang-tidy",
    "clang++": "clang", "bwrap": "bubblewrap", "setpriv": "util-linux",
}
FILES = ["usr/include/gtest/gtest.h", "usr/src/googletest/CMakeLists.txt",
         "usr/include/benchmark/benchmark.h", "usr/include/rapidjson/reader.h", "usr/include/uv.h",
         "usr/lib/wine/wine64", "usr/lib/clang/14/lib/linux/libclang_rt.asan-x86_64.a"]
BASICS = ["bash", "cat", "cut", "date", "dirname", "env", "grep", "head", "mkdir", "sed", "sleep",
          "sort", "stty", "tail", "tr", "uname"]


class Machine(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        self.bin = self.top / "bin"
        self.bin.mkdir()
        # The checkout is a copy, so that logs stay out of this one's build/.
        scripts = self.top / "checkout/scripts"
        (scripts / "lib").mkdir(parents=True)
        shutil.copy(ROOT / "scripts/bootstrap", scripts)
        shutil.copy(ROOT / "scripts/lib/steps.sh", scripts / "lib")
        for name in BASICS:
            (self.bin / name).symlink_to(shutil.which(name))
        for name in COMMANDS:
            self.stub(name, "echo cmake version 3.25.1" if name == "cmake" else "")
        for name in FILES:
            path = self.top / "root" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        (self.top / "root/etc").mkdir()
        (self.top / "root/etc/os-release").write_text('PRETTY_NAME="Debian GNU/Linux 12"\n')
        self.calls = self.top / "calls"
        self.calls.touch()
        self.record("apt-get")
        self.user(0)

    def stub(self, name, script):
        path = self.bin / name
        path.write_text("#!/bin/sh\n" + script + "\n")
        path.chmod(0o755)

    def record(self, name, code=0):
        self.stub(name, f'echo "{name} $*" >>{self.calls}; echo "E: {name} says no"; exit {code}')

    def user(self, uid):
        self.stub("id", f"echo {uid}")

    def lacks(self, *names):
        for name in names:
            (self.bin / name if name in COMMANDS else self.top / "root" / name).unlink()

    def bootstrap(self, *args):
        return subprocess.run(
            ["bash", str(self.top / "checkout/scripts/bootstrap"), *args], text=True,
            env={"PATH": str(self.bin), "PROCLAB_SYSROOT": str(self.top / "root")},
            capture_output=True, stdin=subprocess.DEVNULL, timeout=60)

    def installs(self):
        return [c for c in self.calls.read_text().splitlines() if " install " in c]

    def test_nothing_missing_calls_nobody_and_says_nothing(self):
        for kind in ([], ["native"], ["test"]):
            ran = self.bootstrap(*kind)
            self.assertEqual((ran.returncode, ran.stdout, ran.stderr), (0, "", ""))
        self.assertEqual(self.calls.read_text(), "")
        self.assertFalse((self.top / "checkout/build").exists())

    def test_root_installs_just_what_is_missing_in_one_call(self):
        self.lacks("cmake", "node", "usr/include/gtest/gtest.h")
        ran = self.bootstrap("native")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(len(self.installs()), 1)
        self.assertTrue(self.installs()[0].endswith(
            " install -y --no-install-recommends cmake nodejs libgtest-dev"), self.installs())
        self.assertIn("DPkg::Lock::Timeout=", self.installs()[0])
        self.assertIn(" update", self.calls.read_text().splitlines()[0])
        self.assertIn("Missing: cmake nodejs libgtest-dev", ran.stdout)

    def test_each_kind_asks_for_its_own(self):
        self.lacks("strace", "wine", "usr/lib/wine/wine64", "x86_64-w64-mingw32-g++-posix", "clang++")
        self.assertEqual(self.bootstrap("native").returncode, 0)
        self.assertEqual(self.installs(), [])
        self.bootstrap("test")
        self.assertTrue(self.installs()[0].endswith("strace g++-mingw-w64-x86-64-posix wine wine64 clang"))
        self.bootstrap("bench")
        self.assertTrue(self.installs()[1].endswith("recommends libboost-dev gnuplot-nox wrk nginx-light"))
        self.bootstrap("macos")
        self.assertTrue(self.installs()[2].endswith("recommends npm"))
        self.bootstrap("interop")
        self.assertTrue(self.installs()[3].endswith("recommends npm"))
        self.bootstrap("fuzz")
        self.assertTrue(self.installs()[4].endswith("recommends clang"))

    def test_a_sign_may_stand_in_any_versions_folder(self):
        self.lacks("usr/lib/clang/14/lib/linux/libclang_rt.asan-x86_64.a")
        runtime = self.top / "root/usr/lib/clang/19/lib/linux/libclang_rt.asan-x86_64.a"
        runtime.parent.mkdir(parents=True)
        runtime.touch()
        self.assertEqual(self.bootstrap("fuzz").returncode, 0)
        self.assertEqual(self.installs(), [])

    def test_sudo_without_a_password_serves_as_root(self):
        self.lacks("cmake")
        self.user(1000)
        self.stub("sudo", 'shift; exec "$@"')
        self.stub("true", "")
        self.assertEqual(self.bootstrap().returncode, 0)
        self.assertEqual(len(self.installs()), 1)

    def test_without_root_or_sudo_the_line_for_an_administrator_is_printed(self):
        self.lacks("cmake", "ninja")
        self.user(1000)
        for sudo in (None, "exit 1"):
            if sudo:
                self.stub("sudo", sudo)
            ran = self.bootstrap()
            self.assertEqual(ran.returncode, 3)
            self.assertIn("\n  apt-get install -y --no-install-recommends cmake ninja-build\n", ran.stdout)
            self.assertIn("error: missing packages: 2", ran.stderr)
        self.assertEqual(self.calls.read_text(), "")

    def test_where_there_is_no_apt_it_says_what_is_missing(self):
        self.lacks("cmake")
        (self.bin / "apt-get").unlink()
        (self.top / "root/etc/os-release").write_text('PRETTY_NAME="Fedora Linux 40"\n')
        ran = self.bootstrap()
        self.assertEqual(ran.returncode, 3)
        self.assertIn("cmake", ran.stderr)
        self.assertIn("Fedora Linux 40", ran.stderr)

    def test_where_there_is_no_apt_libraries_are_left_to_cmake(self):
        self.lacks(*FILES)
        (self.bin / "apt-get").unlink()
        self.assertEqual(self.bootstrap("test").returncode, 0)

    def test_when_apt_fails_its_words_are_shown(self):
        self.lacks("cmake")
        self.record("apt-get", code=100)
        ran = self.bootstrap()
        self.assertEqual(ran.returncode, 4)
        self.assertIn("E: apt-get says no", ran.stdout)
        self.assertEqual(len(self.installs()), 1)  # a failed update alone does not end it

    def test_an_old_cmake_is_named(self):
        self.stub("cmake", "echo cmake version 3.18.4")
        ran = self.bootstrap()
        self.assertEqual(ran.returncode, 3)
        self.assertIn("3.18.4", ran.stderr)

    def test_an_unknown_kind_is_refused(self):
        self.assertEqual(self.bootstrap("windows").returncode, 2)


if __name__ == "__main__":
    unittest.main()
