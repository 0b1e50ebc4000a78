"""What a note says: its fences, its proofs, its sections; and the regions that code marks."""
import difflib
import re
import textwrap
from dataclasses import dataclass, field

LANGUAGES = {".cpp": "cpp", ".h": "cpp", ".py": "python", ".cmake": "cmake", ".txt": "cmake",
             ".expected": "text", ".sh": "sh"}
WORDS = ("code", "output", "proof", "no claims")

_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})(.*)$")


@dataclass
class Block:
    """`<!-- code: path#region -->` and the fence under it, as line indices into the note."""
    kind: str    # code or output
    target: str  # path, or path#region
    line: int    # index of the directive
    indent: str
    opening: int | None = None  # index of ```lang; None: there is no fence yet
    closing: int | None = None


@dataclass
class Section:
    title: str
    line: int
    prose: int | None = None  # the first line of prose, 1-based
    proofs: int = 0
    no_claims: int | None = None


@dataclass
class Note:
    lines: list
    blocks: list = field(default_factory=list)
    proofs: list = field(default_factory=list)    # (line, text between "proof:" and "-->")
    sections: list = field(default_factory=list)  # one for each ##
    problems: list = field(default_factory=list)  # (line, text)


def read_note(text):
    note = Note(text.split("\n"))
    inside = _fences(note)
    visible = "\n".join("" if i in inside else line for i, line in enumerate(note.lines))
    section, at = None, 0
    for i, line in enumerate(_without_comments(note, visible, inside)):
        if re.match(r"#{1,2}\s", line):
            section = Section(line.strip("# "), i + 1) if line.startswith("## ") else None
            note.sections += [section] if section else []
        elif section and section.prose is None and _is_prose(line):
            section.prose = i + 1
    for section, following in zip(note.sections, note.sections[1:] + [None]):
        end = following.line if following else len(note.lines) + 1
        section.proofs = sum(section.line < at < end for at, _ in note.proofs)
        section.no_claims = next((at for at in note.no_claims if section.line < at < end), None)
    return note


def _fences(note):
    """The indices of all lines that belong to a fence; a directive in there is only text."""
    inside, opening = set(), None
    for i, line in enumerate(note.lines):
        m = _FENCE.match(line)
        if opening is None and m:
            opening = (i, m[2])
            inside.add(i)
        elif opening is not None:
            inside.add(i)
            if m and m[2].startswith(opening[1]) and not m[3].strip():
                opening = None
    if opening is not None:
        note.problems.append((opening[0] + 1, "this fence is never closed"))
    return inside


def _without_comments(note, visible, inside):
    """Reads the directives out of `visible`, and gives its lines without any comment."""
    note.no_claims = []
    for m in _COMMENT.finditer(visible):
        index = visible.count("\n", 0, m.start())
        body = " ".join(m[1].split())
        word, colon, rest = body.partition(":")
        if word in ("code", "output") and colon:
            _add_block(note, word, rest.strip(), index, inside)
        elif word == "proof" and colon:
            note.proofs.append((index + 1, rest.strip()))
        elif body == "no claims":
            note.no_claims.append(index + 1)
        elif difflib.get_close_matches(word.strip().lower(), WORDS, cutoff=0.7):
            note.problems.append((index + 1, f"<!-- {body} --> is no directive; they are code: path"
                                  "#region, output: path, proof: Suite.Test, no claims"))
    return _COMMENT.sub(lambda m: re.sub(r"[^\n]", "", m[0]), visible).split("\n")


def _add_block(note, kind, target, index, inside):
    line = note.lines[index]
    block = Block(kind, target, index, line[:len(line) - len(line.lstrip())])
    if not re.fullmatch(r"\s*<!--.*-->\s*", line):
        note.problems.append((index + 1,
                              f"{kind}: stands on a line of its own, its fence under it"))
        return
    following = index + 1
    while following < len(note.lines) and not note.lines[following].strip():
        following += 1
    if following in inside and following < len(note.lines):
        block.opening = following
        mark = _FENCE.match(note.lines[following])[2]
        block.closing = next((i for i in range(following + 1, len(note.lines))
                              if re.fullmatch(rf"\s*{mark}{mark[0]}*\s*", note.lines[i])), None)
        if block.closing is None:
            return  # told already: never closed
    note.blocks.append(block)


def _is_prose(line):
    """Whether a line says anything: no heading, rule, or list of links. A table's row does."""
    if re.match(r"\s*(#{1,6}\s|[-|: ]*$|={3,}$)", line):
        return False
    left = re.sub(r"!?\[[^\]]*\]\([^)]*\)|<https?:[^>]*>|^\s*(?:[-*+]|\d+\.)\s", "", line)
    return re.search(r"\w", left) is not None


def mark_pattern(path):
    """How a region's marks look in this kind of file: //> name, or #> name."""
    sign = "//" if path.suffix in (".cpp", ".h") else "#"
    return re.compile(rf"^[ \t]*{sign}([<>]) ?([\w-]+)[ \t]*$")


def regions(path, text):
    """({name: its lines}, [(line, problem)]) of the regions that a file marks."""
    pattern, found, problems, open_at = mark_pattern(path), {}, [], {}
    kept = []
    for number, line in enumerate(text.splitlines(), 1):
        m = pattern.match(line)
        if not m:
            kept.append(line)
        elif m[1] == ">":
            if m[2] in found or m[2] in open_at:
                problems.append((number, f"region {m[2]} is there twice; a region's name is unique "
                                         "in its file"))
            else:
                open_at[m[2]] = (number, len(kept))
        elif m[2] in open_at:
            found[m[2]] = kept[open_at.pop(m[2])[1]:]
        elif m[2] not in found:
            problems.append((number, f"region {m[2]} ends here but never began"))
    problems += [(number, f"region {name} is never closed: //< {name} is missing")
                 for name, (number, _) in open_at.items()]
    return {name: tidy(lines) for name, lines in found.items()}, problems


def tidy(lines):
    """Without the common indentation, and without blank lines at both ends."""
    lines = textwrap.dedent("\n".join(line.rstrip() for line in lines)).split("\n")
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return lines
