"""Sentences in the student's language. All of them stand in JSON files, in both languages."""

import os
from pathlib import Path

from .catalog import read_json
from .model import FAULT

OWN = read_json(Path(__file__).with_name("words.json"))


def choose(asked=None):
    """--lang, or what the terminal speaks."""
    name = asked or next((os.environ[v] for v in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(v)), "")
    return "zh-CN" if name.lower().startswith("zh") else "en"


class Words:
    def __init__(self, lang):
        self.lang = lang

    def __call__(self, key, **args):
        """One of the lab's own sentences."""
        return fill(OWN[key][self.lang], args)

    def of(self, texts):
        """The right one of {"en": …, "zh-CN": …}."""
        return texts.get(self.lang) or texts["en"]

    def message(self, exercise, test):
        """What to say of a test that did not pass."""
        if test.status == FAULT:
            return self("fault", reason=test.message)
        if not test.message:
            return ""
        texts = exercise.messages.get(test.message)
        return fill(self.of(texts), test.args) if texts else f"{test.message} {test.args}"


def fill(sentence, args):
    """Numbers of five digits and more are grouped, except where they are a pid."""
    shown = {name: f"{value:,}" if isinstance(value, int) and abs(value) > 9999 and not is_pid(name) else value
             for name, value in args.items()}
    return sentence.format_map(Lenient(shown))


def is_pid(name):
    return name in ("pid", "parent", "child", "other") or name.endswith("_pid")


class Lenient(dict):
    def __missing__(self, key):
        return "{" + key + "}"
