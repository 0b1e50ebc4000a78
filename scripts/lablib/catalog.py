"""The exercises, as they stand in chapters/chNN_topic/lab/NAME/: exercise.json and the files beside it."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("en", "zh-CN")


class Broken(Exception):
    """The lab's own files are wrong: a fault of ours, never of a student."""


def read_json(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Broken(f"{path}: {error}") from error


@dataclass(frozen=True)
class Test:
    name: str
    points: int
    says: dict  # language: what is looked at


@dataclass(frozen=True)
class Exercise:
    folder: Path
    title: dict
    teaches: dict
    level: int
    minutes: int
    reading: tuple
    tests: tuple
    starter: dict  # the test and the message key that the starter fails with
    windows: bool  # also built for Windows and judged under Wine, by `lab check`

    @property
    def name(self):
        return self.folder.name

    @property
    def chapter(self):
        """"ch02" of chapters/ch02_stdio/lab/write_all."""
        return self.folder.parts[-3].split("_")[0]

    @property
    def starter_source(self):
        return self.folder / "starter.cpp"

    @property
    def solution_source(self):
        return self.folder / "solution.cpp"

    @property
    def wrong_sources(self):
        return sorted((self.folder / "wrong").glob("*.cpp"))

    @property
    def points(self):
        return sum(test.points for test in self.tests)

    @cached_property
    def hints(self):
        return read_json(self.folder / "hints.json")

    @cached_property
    def messages(self):
        """Its own sentences, over those that all share."""
        own = self.folder / "messages.json"
        return shared_messages() | (read_json(own) if own.exists() else {})

    def judge(self, build):
        return Path(build) / "bin" / f"lab_{self.name}"


def shared_messages():
    return read_json(ROOT / "tests/lab/messages.json")


def load(folder):
    data = read_json(folder / "exercise.json")
    try:
        return Exercise(folder, data["title"], data["teaches"], data["level"], data["minutes"],
                        tuple(data["reading"]), tuple(Test(**test) for test in data["tests"]),
                        data["starter"], data.get("windows", False))
    except (KeyError, TypeError) as error:
        raise Broken(f"{folder}/exercise.json: {error}") from error


def exercises(root=ROOT):
    """All of them, in the order in which a student meets them: by chapter, then the easier first."""
    found = [load(path.parent) for path in root.glob("chapters/ch*/lab/*/exercise.json")]
    return sorted(found, key=lambda e: (e.chapter, e.level, e.minutes, e.name))
