"""Runs a demo as its head says and returns what a reader would see, line by line."""

import os
import re
import resource
import selectors
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tourlib.demos import ROOT

SKIP = 77  # what a demo exits with when this system cannot show it; its last line says why
LIMIT = 1 << 20  # bytes of output: a demo that says more has gone wild
# A program that has ended may leave another one that still holds its output; so long do we wait.
GRACE = 2.0


@dataclass
class Build:
    """A build tree and the system that it was made for."""

    folder: Path
    system: str = "linux"
    sanitizer: str = ""

    def __post_init__(self):
        self.folder = Path(self.folder).resolve()
        cache = self.folder / "CMakeCache.txt"
        text = cache.read_text(encoding="utf-8", errors="replace") if cache.exists() else ""
        if list((self.folder / "bin").glob("ch*.exe")) or "mingw-w64.cmake" in text:
            self.system = "win32"
        elif os.uname().sysname == "Darwin":
            self.system = "macos"
        found = re.search(r"^PROCLAB_SANITIZE:\w+=(.+)$", text, re.M)
        self.sanitizer = found[1] if found else ""

    @property
    def foreign(self):
        """Windows programs on another system: Wine runs them."""
        return self.system == "win32"

    def program(self, name):
        return self.folder / "bin" / (name + (".exe" if self.system == "win32" else ""))


@dataclass
class Shown:
    """One Run line's outcome. lines: what .expected speaks of, the '$ …' line first."""

    lines: list
    problem: str = ""  # why this alone is a failure, whatever was expected
    skip: str = ""
    seconds: float = 0.0


def printable(raw, crlf=False):
    """Bytes as lines that a text file and a terminal can bear: control characters spelled out, and no
    blanks at a line's end."""
    if crlf:
        raw = raw.replace(b"\r\n", b"\n")
    text = raw.decode("utf-8", "backslashreplace")
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", lambda c: "\\x%02x" % ord(c.group()), text)
    lines = [line.rstrip(" ") for line in text.split("\n")]
    return lines[:-1] if lines[-1] == "" else lines


def run(build, run_line, tick=lambda seconds: None):
    """Runs one Run line. `tick` is called ten times a second while it runs."""
    started = time.monotonic()
    shown = Shown(["$ " + run_line.command])
    argv, problem, skip = _command(build, run_line)
    if problem or skip:
        shown.problem, shown.skip = problem, skip
        return shown
    # A demo may die on purpose: no core file, whose mention would change a shell's words.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    folder = tempfile.mkdtemp(prefix="proclab-tour-")  # whatever a demo leaves goes with it
    try:
        with tempfile.TemporaryFile() as stdin:
            stdin.write(run_line.stdin.encode("latin-1", "replace"))
            stdin.seek(0)
            # A session of its own: no terminal but the one it makes, and one id to kill it all by.
            try:
                child = subprocess.Popen(
                    argv, stdin=stdin if run_line.stdin else subprocess.DEVNULL, cwd=folder,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
                    preexec_fn=_hear_every_signal, env=_environment(build, run_line), bufsize=0)
            except OSError as error:
                shown.problem = f"{argv[0]} cannot be started: {error.strerror}"
                return shown
        try:
            out, err, problem = _watch(child, run_line.timeout, tick, build.foreign)
        finally:
            _sweep(child, build.foreign)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    shown.seconds = time.monotonic() - started
    shown.problem = problem
    shown.lines += printable(out, build.foreign)
    if err:
        shown.lines += ["--- stderr"] + printable(err, build.foreign)
    if child.returncode == SKIP and run_line.exit != str(SKIP):
        said = printable(err or out, build.foreign)
        shown.skip = said[-1] if said else "it exited with 77 and said nothing"
    elif child.returncode < 0 and not problem:
        shown.lines.append("[signal %s]" % _signal_name(-child.returncode))
    elif child.returncode > 0:
        shown.lines.append("[exit %d]" % child.returncode)
    return shown


def _hear_every_signal():
    """In the child: a demo is held to the rules of a program that was started plainly. Whoever started us may ignore
    Ctrl-C (as a script's background job) or the terminal's end (nohup), and that is inherited."""
    for number in signal.valid_signals():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def sanitizer_report(shown):
    """The first line in which a sanitizer complains, or ''."""
    complaint = re.compile(r"(ERROR|WARNING): \w+Sanitizer|: runtime error: |\w+Sanitizer:DEADLYSIGNAL")
    return next((line for line in shown.lines if complaint.search(line)), "")


def ended_as(shown):
    """The ending as a head's Exit: line writes it."""
    found = re.fullmatch(r"\[(?:exit|signal) (\w+)\]", shown.lines[-1])
    return found[1] if found else "0"


def _command(build, run_line):
    """(argv, problem, skip)"""
    words = shlex.split(run_line.command)
    if build.foreign:
        if run_line.needs_shell or "sh" in words:
            return None, "", "this run needs a shell, and Wine has none"
        if shutil.which("wine") is None:
            return None, "", "Wine is not installed"
    program = build.program(words[0])
    if re.match(r"ch\d\d_", words[0]) and not program.exists():
        return None, f"{words[0]} is not built: cmake --build {_short(build.folder)}", ""
    if run_line.needs_shell:
        return ["/bin/sh", "-c", run_line.command], "", ""
    if build.foreign:
        return [str(ROOT / "scripts" / "wine"), str(program)] + words[1:], "", ""
    return words, "", ""


def _environment(build, run_line):
    """The reader's environment, without what would make the words differ from place to place. The
    programs are found by name, so that argv[0] is what the '$ …' line shows."""
    env = {k: v for k, v in os.environ.items()
           if not k.startswith(("LC_", "NODE_", "GTEST_")) and k not in ("LANGUAGE", "NO_COLOR")}
    env.update(LANG="C.UTF-8", LC_ALL="C.UTF-8", TZ="UTC", COLUMNS="80")
    env["PATH"] = f"{build.folder / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}"
    if build.foreign:
        env["WINEPATH"] = f"Z:{build.folder / 'bin'}".replace("/", "\\")  # joins the child's PATH
    env.update(run_line.env)
    return env


def _watch(child, timeout, tick, foreign):
    """Reads both streams until the child and they have ended: (out, err, problem)."""
    deadline = time.monotonic() + timeout
    text = {child.stdout: bytearray(), child.stderr: bytearray()}
    ended_at = None
    with selectors.DefaultSelector() as selector:
        for stream in text:
            selector.register(stream, selectors.EVENT_READ)
        begun = time.monotonic()
        while selector.get_map() or ended_at is None:
            for key, _ in selector.select(0.05 if ended_at is None else 0.02):
                piece = os.read(key.fd, 65536)
                text[key.fileobj] += piece
                if not piece:
                    selector.unregister(key.fileobj)
            now = time.monotonic()
            if ended_at is None and child.poll() is not None:
                ended_at = now
            problem = ""
            if sum(map(len, text.values())) > LIMIT:
                problem = f"it wrote more than {LIMIT >> 20} MiB: stopped"
            elif ended_at is None and now > deadline:
                problem = (f"it did not end within {timeout:g} s: killed, with all that it started"
                           " (more time: a 'Timeout:' line in its head)")
            elif ended_at is not None and now - ended_at > GRACE and not foreign:
                problem = "it ended, but left a process behind which still holds its output: killed"
            if problem or (foreign and ended_at is not None and now - ended_at > 0.3):
                _sweep(child, foreign and not problem)
                return bytes(text[child.stdout]), bytes(text[child.stderr]), problem
            tick(now - begun)
    return bytes(text[child.stdout]), bytes(text[child.stderr]), ""


def _sweep(child, foreign):
    """Nothing of the demo outlives it. Under Wine its group may hold Wine's own server processes,
    which others use: there only a child that still runs is killed."""
    if not foreign or child.poll() is None:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    child.wait()
    child.stdout.close()
    child.stderr.close()


def _signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _short(path):
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
