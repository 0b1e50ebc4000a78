"""check_layers.py: each rule fails on a small tree that breaks it, and passes on one that does not."""
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import check_layers  # noqa: E402
from checks import cpp_text  # noqa: E402

HOUSE = {
    "platform/native.h": "#include <cstdint>\n#ifdef _WIN32\n#else\n#endif\n",
    "platform/handle.h": '#include "platform/native.h"\nclass Handle { void close() noexcept; };\n',
    "platform/posix/handle.cpp": '#include "platform/handle.h"\n#include <unistd.h>\n'
                                 "void Handle::close() noexcept { ::close(3); }\n",
    "chapters/ch01_one/CMakeLists.txt": "chapter(ch01_one)\n",
    "chapters/ch01_one/one.h": "#include <string>\n",
    "chapters/ch02_two/CMakeLists.txt": "# two\nchapter(ch02_two USES ch01_one LIBS z)\n",
    "chapters/ch02_two/two.h": '#include "chapters/ch01_one/one.h"\n',
    "chapters/ch03_three/CMakeLists.txt": "chapter(ch03_three)\n",
    "chapters/ch03_three/three.h": "",
}


def check(files):
    """The problems that check_layers finds in HOUSE with `files` laid over it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**HOUSE, **files}.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            code = check_layers.main(["--root", folder])
    lines = out.getvalue().splitlines()
    return lines if code else []


class LayersTest(unittest.TestCase):
    def passes(self, files):
        self.assertEqual(check(files), [])

    def fails(self, files, where, *words):
        problems = check(files)
        self.assertEqual(len(problems), 1, problems)
        self.assertTrue(problems[0].startswith(where + ": "), problems[0])
        for word in words:
            self.assertIn(word, problems[0])


class Includes(LayersTest):
    def test_the_sample_house_is_clean(self):
        self.passes({})

    def test_no_sources_at_all_is_a_problem(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()), \
                contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(check_layers.main(["--root", folder]), 1)

    def test_an_include_is_relative_to_the_root(self):
        self.fails({"chapters/ch02_two/two.cpp": '\n#include "two.h"\n'},
                   "chapters/ch02_two/two.cpp:2", '"two.h" is no file', "relative")
        self.passes({"chapters/ch02_two/two.cpp": '#include "chapters/ch02_two/two.h"\n'})

    def test_an_include_in_a_comment_is_none(self):
        self.passes({"chapters/ch02_two/two.cpp": '// #include "two.h"\n/*\n#include "x.h"\n*/\n'})

    def test_a_project_header_in_angle_brackets(self):
        self.fails({"chapters/ch02_two/two.cpp": "#include <platform/handle.h>\n"},
                   "chapters/ch02_two/two.cpp:1", "with quotes")

    def test_platform_knows_no_chapter(self):
        self.fails({"platform/result.cpp": '#include "chapters/ch01_one/one.h"\n'},
                   "platform/result.cpp:1", "platform knows platform")

    def test_a_chapter_knows_only_what_it_uses(self):
        self.fails({"chapters/ch03_three/three.cpp": '#include "chapters/ch01_one/one.h"\n'},
                   "chapters/ch03_three/three.cpp:1", "does not declare ch01_one", "USES")

    def test_demos_are_bound_by_uses_too(self):
        self.fails({"chapters/ch03_three/demos/01_x.cpp": '#include "chapters/ch01_one/one.h"\n'},
                   "chapters/ch03_three/demos/01_x.cpp:1", "does not declare")

    def test_used_chapters_come_before(self):
        self.fails({"chapters/ch01_one/CMakeLists.txt": "chapter(ch01_one USES ch02_two)\n"},
                   "chapters/ch01_one/CMakeLists.txt:1", "does not come before")

    def test_used_chapters_exist(self):
        self.fails({"chapters/ch02_two/CMakeLists.txt": "\nchapter(ch02_two USES ch00_no ch01_one)\n"},
                   "chapters/ch02_two/CMakeLists.txt:2", "no chapter")

    def test_a_commented_uses_declares_nothing(self):
        problems = check({"chapters/ch02_two/CMakeLists.txt": "chapter(ch02_two # USES ch01_one\n)\n"})
        self.assertIn("does not declare ch01_one", problems[0])

    def test_a_chapter_is_declared(self):
        self.fails({"chapters/ch03_three/CMakeLists.txt": "add_library(x)\n"},
                   "chapters/ch03_three/CMakeLists.txt:1", "chapter(ch03_three")

    def test_a_library_includes_no_demo_lab_bench_or_test(self):
        for corner in ("demos", "lab", "bench"):
            header = f"chapters/ch03_three/{corner}/x.h"
            self.fails({header: "", "chapters/ch03_three/three.cpp": f'#include "{header}"\n'},
                       "chapters/ch03_three/three.cpp:1", f"{corner}/")
            self.passes({header: "", f"chapters/ch03_three/{corner}/01.cpp": f'#include "{header}"\n'})
        self.fails({"tests/support/run.h": "",
                    "chapters/ch03_three/three.cpp": '#include "tests/support/run.h"\n'},
                   "chapters/ch03_three/three.cpp:1", "not tests/")

    def test_a_lab_exercise_may_use_the_tests_helpers(self):
        self.passes({"tests/support/run.h": "",
                     "chapters/ch03_three/lab/x/test.cpp": '#include "tests/support/run.h"\n'})

    def test_tests_include_anything_but_demos(self):
        self.passes({"tests/ch01_one/a.cpp": '#include "chapters/ch03_three/three.h"\n'})
        self.fails({"chapters/ch03_three/demos/x.h": "",
                    "tests/ch03_three/a.cpp": '#include "chapters/ch03_three/demos/x.h"\n'},
                   "tests/ch03_three/a.cpp:1", "but a demo")


class SystemOutOfSight(LayersTest):
    def test_no_system_header_in_a_public_header(self):
        for header in ("unistd.h", "sys/wait.h", "windows.h", "fcntl.h", "signal.h", "uv.h"):
            self.fails({"chapters/ch01_one/one.h": f"#include <{header}>\n"},
                       "chapters/ch01_one/one.h:1", f"<{header}>", "public header")
            self.fails({"platform/self.h": f"#include <{header}>\n"}, "platform/self.h:1", header)

    def test_system_headers_elsewhere_are_welcome(self):
        for name in ("one_posix.h", "child_side_posix.h", "one_posix.cpp", "demos/01_x_posix.cpp"):
            self.passes({f"chapters/ch01_one/{name}": "#include <unistd.h>\n#include <csignal>\n"})
        self.passes({"platform/win32/wide.h": "#include <windows.h>\n"})

    def test_a_public_header_includes_no_systems_own_header(self):
        self.fails({"chapters/ch01_one/child_side_posix.h": "",
                    "chapters/ch01_one/one.h": '#include "chapters/ch01_one/child_side_posix.h"\n'},
                   "chapters/ch01_one/one.h:1", "one system only")

    def test_system_macros_stand_in_native_h_alone(self):
        for macro in ("_WIN32", "__linux__", "__APPLE__", "_MSC_VER", "__MINGW32__", "__unix__"):
            for name in ("platform/x.cpp", "chapters/ch01_one/x.cpp", "tests/ch01_one/x.cpp"):
                self.fails({name: f"int a;\n#if defined({macro})\n#endif\n"}, name + ":2", macro)

    def test_system_macros_in_comments_and_literals_do_not_count(self):
        self.passes({"tests/ch01_one/x.cpp": '// _WIN32\n/* __linux__ */\nauto a = "__APPLE__ \\" _WIN32";\n'
                                             'auto b = R"x(_MSC_VER " )x"; int c = 10\'000;\n'
                                             "char d = '\"'; // _WIN32\n"})

    def test_code_after_a_digit_separator_is_still_seen(self):
        self.fails({"tests/ch01_one/x.cpp": "int a = 10'000;\nint b = _WIN32 + 1'0;\n"},
                   "tests/ch01_one/x.cpp:2", "_WIN32")


class LessonCalls(LayersTest):
    def test_platform_makes_no_lesson_call(self):
        for name in ("fork", "vfork", "clone", "execve", "execvp", "posix_spawn", "posix_spawnp",
                     "dup", "dup2", "dup3", "pipe", "pipe2", "socketpair", "sigaction", "signal",
                     "sigprocmask", "waitpid", "wait4", "waitid", "setsid", "setpgid", "poll",
                     "epoll_wait", "epoll_create1", "kill", "CreateProcessW", "CreateProcessAsUserW",
                     "CreatePipe", "CreateJobObjectW", "AssignProcessToJobObject",
                     "CreateIoCompletionPort", "TerminateProcess"):
            self.fails({"platform/posix/x.cpp": f"void f() {{\n  ::{name}(1);\n}}\n"},
                       "platform/posix/x.cpp:2", name, "chapter that teaches it")

    def test_nor_through_an_address_or_a_number(self):
        self.fails({"platform/posix/x.cpp": "auto f = &::fork;\n"}, "platform/posix/x.cpp:1", "fork")
        self.fails({"platform/posix/x.cpp": "long f() { return ::syscall(SYS_clone3, 0, 0); }\n"},
                   "platform/posix/x.cpp:1", "SYS_clone3")

    def test_a_comment_a_member_or_a_chapter_may(self):
        self.passes({"platform/posix/x.cpp": "// fork() and kill()\nvoid f(X& x) { x.poll(); x.p->kill(1); }\n",
                     "chapters/ch01_one/one_posix.cpp": "int f() { return ::fork(); }\n"})


class Prefixed(LayersTest):
    FILE = "chapters/ch01_one/one_posix.cpp"

    def test_an_unqualified_system_call(self):
        for call in ("close(fd)", "fork()", "read(fd, b, 1)", "waitpid(pid, nullptr, 0)",
                     "CloseHandle(h)", "_exit(1)", "(void)close(fd)", "!close(fd)"):
            self.fails({self.FILE: f"void f() {{\n  {call};\n}}\n"}, self.FILE + ":2",
                       "without ::", "written ::")
        for text in ("return close(fd);", "if (x) close(fd);", "else close(fd);", "a && close(fd);"):
            self.fails({self.FILE: f"int f() {{ {text} }}\n"}, self.FILE + ":1", "::close()")

    def test_prefixed_members_and_other_scopes(self):
        self.passes({self.FILE: "int f() {\n  ::close(1);\n  a.close(1); b->close(2);\n"
                                "  spawn::open(1); std::signal(1, h);\n  return ::fork();\n}\n"})

    def test_definitions_and_declarations_named_so(self):
        self.passes({self.FILE: "Result<Pipe> pipe(int flags) { return {}; }\nchar* getcwd(char* b);\n"
                                "int open(const char* p);\nvoid g() { pipe(0); open(p); }\n"
                                "void Process::kill(int signal) {}\nProcess::~Process() { close(); }\n"})

    def test_what_an_included_header_declares(self):
        files = {"chapters/ch01_one/one.h": "int open(int what);\n",
                 self.FILE: '#include "chapters/ch01_one/one.h"\nint f() { return open(1); }\n'}
        self.passes(files)

    def test_handles_close_does_not_hide_the_system_call(self):
        # platform/handle.h declares close() without arguments; close(fd) is still the kernel's.
        self.fails({self.FILE: '#include "platform/handle.h"\nvoid f() { close(3); }\n'},
                   self.FILE + ":2", "::close()")

    def test_local_names(self):
        self.passes({self.FILE: "void f(Fn write, const Fn& read) {\n  auto kill = [] {};\n  kill();\n"
                                "  write(1); read(2);\n}\n"})

    def test_tests_may_do_as_they_like(self):
        self.passes({"tests/ch01_one/x_posix.cpp": "void f() { close(3); }\n"})


class Siblings(LayersTest):
    HEADER = {"chapters/ch01_one/one.h": "int a(int x);\nint b();\nclass P { void wait(); };\n"}
    POSIX = ("namespace n {\nnamespace {\nint helper() { return 1; }\n}\nint a(int x) { return x; }\n"
             "int b() {\n  if (1) { return 2; }\n}\nvoid P::wait() {}\n}\n")

    def test_the_same_order(self):
        self.passes({**self.HEADER, "chapters/ch01_one/one_posix.cpp": self.POSIX,
                     "chapters/ch01_one/one_win32.cpp":
                     "int a(int x) { return x; }\nint other() { return 1; }\nint b() { return 1; }\n"
                     "void P::wait() {}\n"})

    def test_another_order(self):
        self.fails({**self.HEADER, "chapters/ch01_one/one_posix.cpp": self.POSIX,
                    "chapters/ch01_one/one_win32.cpp":
                    "int a(int x) { return x; }\nvoid P::wait() {}\nint b() { return 1; }\n"},
                   "chapters/ch01_one/one_win32.cpp:2", "P::wait stands before b", "same order")

    def test_platforms_siblings_stand_in_folders(self):
        self.fails({"platform/x.h": "int a();\nint b();\n",
                    "platform/posix/x.cpp": "int a() { return 1; }\nint b() { return 1; }\n",
                    "platform/win32/x.cpp": "int b() { return 1; }\nint a() { return 1; }\n"},
                   "platform/win32/x.cpp:1", "b stands before a")

    def test_definitions_are_read_in_order(self):
        self.assertEqual(cpp_text.definitions(self.POSIX), [(5, "a"), (6, "b"), (9, "P::wait")])


class Length(LayersTest):
    def test_a_long_file(self):
        self.fails({"scripts/x.py": "a = 1\n" * 401}, "scripts/x.py:401", "401 lines", "400")
        self.passes({"scripts/x.py": "a = 1\n" * 400})

    def test_notes_and_generated_files_may_be_long(self):
        self.passes({"chapters/ch01_one/README.md": "a\n" * 500,
                     "chapters/ch01_one/table.h": "// Generated by make_table.py\n" + "\n" * 500})


if __name__ == "__main__":
    unittest.main()
