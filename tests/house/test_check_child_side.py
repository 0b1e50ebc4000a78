"""check_child_side.py: really compiles child sides, unsafe ones and clean ones, and checks them."""
import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import check_child_side  # noqa: E402

COMPILER = shutil.which(os.environ.get("CXX", "g++"))
# As scripts/cmake/chapter.cmake compiles a child side.
FLAGS = ["-std=c++20", "-O2", "-fPIE", "-fno-exceptions", "-fno-stack-protector", "-U_FORTIFY_SOURCE"]

# The heart of a child side: what a real one calls, and nothing else.
CLEAN = """
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>
struct Plan { int stdio[3]; const char* cwd; const char* path; char* const* argv; char* const* envp; };
static const char* const kNames[] = {"dup2", "chdir"};
const char* name_of(int step) { return kNames[step]; }
[[noreturn]] void run_child(const Plan& plan, int report_fd) noexcept {
  auto must = [&](int rc) noexcept {
    if (rc != -1) return rc;
    const int why = errno;
    while (::write(report_fd, &why, sizeof why) == -1 && errno == EINTR) {}
    ::_exit(127);
  };
  report_fd = must(::fcntl(report_fd, F_DUPFD_CLOEXEC, 3));
  for (int fd = 0; fd < 3; ++fd) must(::dup2(plan.stdio[fd], fd));
  if (plan.cwd != nullptr) must(::chdir(plan.cwd));
  for (int sig = 1; sig < NSIG; ++sig) ::signal(sig, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  must(::sigprocmask(SIG_SETMASK, &none, nullptr));
  ::syscall(SYS_setuid, 1000);
  must(::execve(plan.path, plan.argv, plan.envp));
  ::_exit(127);
}
"""


def compile_object(folder, source, name="child_side_posix", flags=FLAGS):
    source_file = Path(folder) / f"{name}.cpp"
    source_file.write_text(source, encoding="utf-8")
    target = Path(folder) / "CMakeFiles" / "ch04.dir" / f"{name}.cpp.o"
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([COMPILER, *flags, "-c", str(source_file), "-o", str(target)], check=True)
    return target


def run_check(folder):
    """(exit code, lines printed)"""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = check_child_side.main(["--build", str(folder)])
    return code, out.getvalue()


@unittest.skipUnless(COMPILER and sys.platform == "linux", "needs a compiler that writes ELF objects")
class ChildSideTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def passes(self, source, **options):
        compile_object(self.folder, source, **options)
        code, text = run_check(self.folder)
        self.assertEqual(code, 0, text)

    def fails(self, source, *words, **options):
        """Fails, and some one line names the object, the rule and all of `words`."""
        compile_object(self.folder, source, **options)
        code, text = run_check(self.folder)
        self.assertEqual(code, 1, text)
        words += ("CMakeFiles/ch04.dir/child_side_posix.cpp.o:0: ",)
        self.assertTrue(any(all(w in line for w in words) for line in text.splitlines()), text)

    def test_a_clean_child_side_passes(self):
        self.passes(CLEAN)
        self.assertIn("1 object(s)", run_check(self.folder)[1])

    def test_a_string_fails(self):
        unsafe = CLEAN.replace("#include <cerrno>", "#include <cerrno>\n#include <string>").replace(
            "must(::chdir(plan.cwd));", 'must(::chdir((std::string(plan.cwd) + "/work").c_str()));')
        self.assertNotEqual(unsafe, CLEAN)
        self.fails(unsafe, "calls operator new(unsigned long)", "allocator's lock")
        # Before C++20 a string's members stand in the library, so that the string itself is named.
        self.fails(unsafe, "calls std::__cxx11::basic_string", "async-signal-safe",
                   flags=[*FLAGS, "-std=c++17"])

    def test_printf_fails(self):
        self.fails(CLEAN.replace("::_exit(127);\n}\n", '__builtin_printf("no %d", errno);\n::_exit(1);\n}\n'),
                   "calls printf", "XSH 2.4.3")

    def test_operator_new_fails(self):
        self.fails("int* f() { return new int(1); }\n", "calls operator new(unsigned long)", "lock")

    def test_malloc_and_exit_fail(self):
        self.fails("#include <cstdlib>\nvoid* f(int n) { if (n == 0) exit(1); return malloc(n); }\n",
                   "calls malloc")
        self.fails("#include <cstdlib>\nvoid f() { exit(1); }\n", "calls exit", "::_exit")

    def test_the_stack_protector_fails(self):
        self.fails("void g(char*);\nvoid f() { char a[64]; g(a); }\n", "__stack_chk_fail",
                   flags=[*FLAGS, "-fstack-protector-all"])

    def test_exceptions_fail(self):
        self.fails("struct S { ~S(); };\nvoid g();\nvoid f() { S s; g(); }\n", "_Unwind_Resume",
                   flags=["-std=c++20", "-O2"])

    def test_sanitizers_fail(self):
        self.fails("int f(int* p) { return *p; }\n", "__asan", "instrumentation",
                   flags=[*FLAGS, "-fsanitize=address"])

    def test_fortify_fails_and_says_what_to_do(self):
        unsafe = "#include <unistd.h>\nlong f(int n) { char b[8]; return ::read(0, b, n); }\n"
        self.fails(unsafe, "__read_chk", "-U_FORTIFY_SOURCE",
                   flags=[*FLAGS, "-D_FORTIFY_SOURCE=2"])
        self.passes(unsafe)

    def test_assert_and_lazy_statics_fail(self):
        self.fails("#include <cassert>\nvoid f(int a) { assert(a); }\n", "__assert_fail")
        self.fails("int g();\nint f() { static int a = g(); return a; }\n", "__cxa_guard_acquire")

    def test_what_every_thread_would_feel_fails(self):
        self.fails("#include <unistd.h>\nint f() { return ::setuid(1); }\n", "calls setuid",
                   "::syscall(SYS_setuid")

    def test_fork_fails(self):
        self.fails("#include <unistd.h>\nint f() { return ::fork(); }\n", "calls fork", "_Fork")

    def test_another_objects_code_fails(self):
        self.fails("namespace proclab { void help(); void f() { help(); } }\n",
                   "calls proclab::help()", "another object")

    def test_the_chapters_own_child_side_may_be_two_files(self):
        compile_object(self.folder, "namespace proclab { void help() {} }\n", name="child_side_linux")
        self.passes("namespace proclab { void help(); void f() { help(); } }\n")
        self.assertIn("2 object(s)", run_check(self.folder)[1])

    def test_both_files_are_checked(self):
        compile_object(self.folder, CLEAN, name="child_side_linux")
        self.fails("int* f() { return new int(1); }\n", "operator new")

    def test_a_weak_call_fails(self):
        self.fails('extern "C" int close(int) __attribute__((weak));\nint f() { return close(1); }\n',
                   "close weakly")

    def test_static_initialisers_and_state_fail(self):
        self.fails("#include <unistd.h>\nint pid = ::getpid();\n", "static initialiser")
        self.fails("int count;\nint f() { return ++count; }\n", "keeps state in count")
        self.fails("int f() { static int calls = 7; return ++calls; }\n", "keeps state in", "calls")

    def test_an_empty_build_fails(self):
        code, text = run_check(self.folder)
        self.assertEqual(code, 1)
        self.assertIn("holds no child_side_*.cpp.o", text)

    def test_a_missing_build_fails(self):
        self.assertEqual(run_check(Path(self.folder) / "none")[0], 1)

    def test_what_is_no_object_fails(self):
        target = compile_object(self.folder, CLEAN)
        target.write_text("not an object")
        code, text = run_check(self.folder)
        self.assertEqual(code, 1)
        self.assertIn("no ELF object", text)


if __name__ == "__main__":
    unittest.main()
