"""What the chapters hold: each demo's head, as its author wrote it."""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SYSTEMS = {  # which file suffixes a system builds
    "linux": {"", "posix", "linux"},
    "macos": {"", "posix", "macos"},
    "win32": {"", "win32"},
}
TIMEOUT = 20.0


class HeadError(Exception):
    """A demo's head does not keep the form; says where and what."""


@dataclass
class Run:
    command: str
    exit: str = "0"  # a code, or a signal's name
    stdin: str = ""
    env: dict = field(default_factory=dict)
    timeout: float = TIMEOUT

    @property
    def needs_shell(self):
        tokens = shlex.shlex(self.command, posix=True, punctuation_chars=True)
        tokens.whitespace_split = True
        return any(t and set(t) <= set("();<>|&") for t in tokens)


@dataclass
class Demo:
    source: Path
    program: str  # ch04_exec
    system: str  # "", or the one system's suffix
    shows: str
    look_for: str
    runs: list

    def expected_path(self, system):
        """The file that this system's output is held against: the most special one there is."""
        stem = re.sub(r"_(posix|linux|macos|win32)$", "", self.source.stem)
        names = [f"{stem}.expected", f"{self.source.stem}.expected"]
        if system == "win32":
            names.insert(0, f"{stem}.win32.expected")
        for name in names:
            if (self.source.parent / name).exists():
                return self.source.parent / name
        return self.source.parent / f"{stem}.expected"

    def updated_path(self, system):
        """Where this system's output is written: never over the words of another system."""
        path = self.expected_path(system)
        if system == "win32" and self.system == "" and ".win32." not in path.name and path.exists():
            return path.with_name(path.name.replace(".expected", ".win32.expected"))
        return path


@dataclass
class Chapter:
    number: str  # "04"
    topic: str  # "spawn"
    folder: Path
    title: str
    question: str
    demos: list


def head_lines(source):
    """The comment that a file begins with, without its slashes."""
    lines = []
    for line in source.read_text(encoding="utf-8").splitlines():
        if not line.startswith("//"):
            break
        lines.append(line[3:] if line.startswith("// ") else line[2:])
    return lines


def read_demo(source):
    chapter = source.parents[1].name
    found = re.fullmatch(r"(?:\d+_)?(\w+?)(?:_(posix|linux|macos|win32))?", source.stem)
    lines = head_lines(source)
    paragraphs = [re.sub(r"\s+", " ", p.replace("\n", " ")).strip()
                  for p in "\n".join(lines).split("\n\n")]
    if not paragraphs or not paragraphs[0].startswith("Chapter "):
        raise HeadError(f"{source}:1: a demo begins with '// Chapter N · name: what it shows'")
    # The word before the colon is the demo's or the chapter's name: the program's says both.
    shows = re.sub(r"^[\w-]+: *", "", paragraphs[0].split("·", 1)[-1].strip())
    look_for = next((p.split(":", 1)[1].strip() for p in paragraphs if p.startswith("Look for:")), "")
    runs = _runs(source, lines) or [Run(f"{chapter[:4]}_{found[1]}")]
    return Demo(source, f"{chapter[:4]}_{found[1]}", found[2] or "", shows, look_for, runs)


def _runs(source, lines):
    runs = []
    for number, line in enumerate(lines, 1):
        found = re.match(r"(Run|Exit|Stdin|Env|Timeout):\s*(.*?)\s*$", line)
        if not found:
            continue
        key, value = found.groups()
        if key == "Run":
            runs.append(Run(value))
            continue
        if not runs:
            raise HeadError(f"{source}:{number}: '{key}:' stands above the first 'Run:'")
        try:
            if key == "Exit":
                runs[-1].exit = value.removeprefix("signal ")
            elif key == "Stdin":
                runs[-1].stdin = value.encode("latin-1", "backslashreplace").decode("unicode_escape")
            elif key == "Env":
                name, text = value.split("=", 1)
                runs[-1].env[name] = text
            else:
                runs[-1].timeout = float(value)
        except ValueError as error:
            raise HeadError(f"{source}:{number}: '{line}': {error}") from error
    return runs


def read_chapter(folder):
    number, topic = re.fullmatch(r"ch(\d\d)_(\w+)", folder.name).groups()
    title, question = topic, ""
    readme = folder / "README.md"
    if readme.exists():
        text = re.sub(r"<!--.*?-->", "", readme.read_text(encoding="utf-8"), flags=re.S)
        heading = re.search(r"^# +(.+)$", text, re.M)
        if heading:
            title = re.sub(r"^(Chapter\s+\d+|ch\d\d\w*)\s*[·:.—-]*\s*", "", heading[1]).strip() or topic
            text = text[heading.end():]
        question = _plain(next((p for p in re.split(r"\n\s*\n", text) if p.strip()), ""))
    demos = [read_demo(f) for f in sorted((folder / "demos").glob("*.cpp"))]
    return Chapter(number, topic, folder, _plain(title), question, demos)


def _plain(markdown):
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"(\*\*|__|`)", "", text)
    text = re.sub(r"(?<!\w)[*_](\S(?:.*?\S)?)[*_](?!\w)", r"\1", text)
    return re.sub(r"\s+", " ", text).strip(" >")


def read_chapters(root=ROOT):
    folders = [f for f in sorted((root / "chapters").glob("ch[0-9][0-9]_*")) if f.is_dir()]
    return [read_chapter(f) for f in folders]
