"""The .expected files: text with placeholders for what differs from run to run.

    <pid> <n>         any integer                <ms> <float>   a decimal number
    <word>            text without a blank       <path>         a path
    <any>             the rest of the line       <...>          alone on its line: any number of lines

With a name (<pid:child>, <word:host>) a placeholder binds: the same name is the same text in the
whole file. Two names of <pid:…> are two numbers. A backslash before it takes it literally: \\<pid>.
"""

import re
from dataclasses import dataclass

_INTEGER = r"-?\d+"
_DECIMAL = r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
KINDS = {
    "pid": _INTEGER,
    "n": _INTEGER,
    "ms": _DECIMAL,
    "float": _DECIMAL,
    "word": r"\S+",
    # An absolute path may hold blanks; a relative one is told by its slash.
    "path": r"(?:(?:[A-Za-z]:)?[/\\].*?|\S*[/\\]\S*)",
    "any": r".*",
}
_PLACEHOLDER = re.compile(r"(\\?)<(%s)(?::([A-Za-z_]\w*))?>" % "|".join(KINDS))
ANY_LINES = "<...>"


class Line:
    """One expected line, ready to be held against a real one."""

    def __init__(self, text):
        text = text.rstrip(" ")  # nobody sees a blank at a line's end: it is no claim
        self.text = text
        self.any_lines = text.strip() == ANY_LINES
        self.names = {}  # name -> kind
        pattern, end = [], 0
        for found in _PLACEHOLDER.finditer(text):
            pattern.append(re.escape(text[end : found.start()]))
            end = found.end()
            escaped, kind, name = found.groups()
            if escaped:
                pattern.append(re.escape(found.group()[1:]))
            elif name is None:
                pattern.append("(?:%s)" % KINDS[kind])
            elif name in self.names:
                pattern.append("(?P=%s)" % name)
            else:
                self.names[name] = kind
                pattern.append("(?P<%s>%s)" % (name, KINDS[kind]))
        pattern.append(re.escape(text[end:]))
        self._regex = re.compile("".join(pattern))

    def values(self, real):
        """The named placeholders' text in `real`, or None when the line does not fit."""
        found = self._regex.fullmatch(real)
        return None if found is None else found.groupdict()


@dataclass
class Bound:
    value: str
    kind: str
    line: int  # of the real output, from 1


def conflict(line, values, bound):
    """Why these values contradict what was bound before; None when they do not."""
    seen = dict(bound)
    for name, value in values.items():
        kind = line.names[name]
        before = seen.get(name)
        if before is not None:
            if before.value != value:
                return "<%s:%s> was %s in line %d, and is %s here" % (
                    kind, name, before.value, before.line, value)
            continue
        if kind == "pid":
            for other, b in seen.items():
                if b.kind == "pid" and b.value == value:
                    return "<pid:%s> is %s, and so is <pid:%s>: two names must be two numbers" % (
                        name, value, other)
        seen[name] = Bound(value, kind, 0)
    return None


def bind(line, values, bound, number):
    return {**bound, **{n: Bound(v, line.names[n], number)
                        for n, v in values.items() if n not in bound}}


def matches(expected, real):
    """Does the whole of `real` (a list of lines) fit `expected` (a list of Line)?"""
    # Depth first over the choices that <...> leaves; an explicit stack, as outputs may be long.
    stack = [(0, 0, {})]
    while stack:
        i, j, bound = stack.pop()
        while True:
            if i == len(expected):
                if j == len(real):
                    return True
                break
            if expected[i].any_lines:
                if j < len(real):
                    stack.append((i, j + 1, bound))
                i += 1
                continue
            if j == len(real):
                break
            values = expected[i].values(real[j])
            if values is None or conflict(expected[i], values, bound):
                break
            bound = bind(expected[i], values, bound, j + 1)
            i, j = i + 1, j + 1
    return False


def align(expected, real):
    """Pairs (i, j) in order that turn one text into the other with the fewest changed lines.

    (i, None): an expected line that is missing. (None, j): a real line that nothing expects.
    """
    n, m = len(expected), len(real)
    start = 0
    while start < min(n, m) and not expected[start].any_lines and _fits(expected, real, start, start):
        start += 1
    cost = [[0] * (m - start + 1) for _ in range(n - start + 1)]
    at = lambda i, j: cost[i - start][j - start]
    for i in range(n, start - 1, -1):
        for j in range(m, start - 1, -1):
            cost[i - start][j - start] = min(
                (c + at(*to) for c, to, _ in _moves(expected, real, i, j)), default=0)
    pairs = [(k, k) for k in range(start)]
    i = j = start
    while i < n or j < m:
        _, to, pair = min(_moves(expected, real, i, j), key=lambda move: move[0] + at(*move[1]))
        pairs.append(pair)
        i, j = to
    return pairs


def _fits(expected, real, i, j):
    return expected[i].values(real[j]) is not None


def _moves(expected, real, i, j):
    """The steps from (i, j): (cost, where it leads, the pair it gives); the best-liked first."""
    if i < len(expected) and expected[i].any_lines:
        if j < len(real):
            yield 0, (i, j + 1), (i, j)
        yield 0, (i + 1, j), (i, None)
        return
    if i < len(expected) and j < len(real) and _fits(expected, real, i, j):
        yield 0, (i + 1, j + 1), (i, j)
    if i < len(expected):
        yield 1, (i + 1, j), (i, None)
    if j < len(real):
        yield 1, (i, j + 1), (None, j)


@dataclass
class Difference:
    """One row of a comparison. mark: ' ' as expected, '-' missing, '+' too much, '!' inconsistent."""

    mark: str
    text: str
    line: int
    why: str = ""


def differences(expected, real):
    """Every row of the comparison, in reading order."""
    rows, bound = [], {}
    for i, j in align(expected, real):
        if i is None:
            rows.append(Difference("+", real[j], j + 1))
        elif j is None:
            if not expected[i].any_lines:
                rows.append(Difference("-", expected[i].text, i + 1))
        elif expected[i].any_lines:
            rows.append(Difference(" ", real[j], j + 1))
        else:
            values = expected[i].values(real[j])
            why = conflict(expected[i], values, bound)
            if why:
                rows.append(Difference("-", expected[i].text, i + 1))
                rows.append(Difference("!", real[j], j + 1, why))
            else:
                bound = bind(expected[i], values, bound, j + 1)
                rows.append(Difference(" ", real[j], j + 1))
    return rows


def updated(expected, real, again):
    """New expected text: placeholders stay where they still fit. `again` is a second run's output: a
    number that differs between the two becomes a placeholder by itself."""
    lines, bound = [], {}
    for i, j in align(expected, real):
        if i is not None and expected[i].any_lines:
            if not lines or lines[-1] != expected[i].text:
                lines.append(expected[i].text)
        elif i is not None and j is not None:
            values = expected[i].values(real[j])
            if conflict(expected[i], values, bound):
                lines.append(_generalised(real[j], again[j] if len(again) == len(real) else real[j]))
            else:
                bound = bind(expected[i], values, bound, j + 1)
                lines.append(expected[i].text)
        elif j is not None:
            lines.append(_generalised(real[j], again[j] if len(again) == len(real) else real[j]))
    return lines


def _generalised(line, other):
    number = re.compile(r"\d+(?:\.\d+)?")
    mine, theirs = number.findall(line), number.findall(other)
    differ = len(mine) == len(theirs) and number.sub("#", line) == number.sub("#", other)
    parts, end = [], 0
    for k, found in enumerate(number.finditer(line)):
        parts.append(_escaped(line[end : found.start()]))
        end = found.end()
        if differ and mine[k] != theirs[k]:
            parts.append("<float>" if "." in mine[k] else "<n>")
        else:
            parts.append(found.group())
    return "".join(parts) + _escaped(line[end:])


def _escaped(text):
    return _PLACEHOLDER.sub(lambda found: "\\" + found.group().lstrip("\\"), text)
