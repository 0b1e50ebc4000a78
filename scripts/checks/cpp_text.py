"""C++ as text: enough of a scanner to tell code from comments and literals, and a call from a
declaration. Not a parser: it reads code as clang-format leaves it, which the checks rely on.
"""
import re

# Comments and literals, in the order in which they win. The quote of 10'000 is no character
# literal: a quote after a digit or letter is left alone, unless the letter is a prefix (u8'x').
_TOKEN = re.compile(
    r"""(?P<comment>//(?:\\\n|[^\n])*|/\*.*?(?:\*/|\Z))
      | (?P<raw>\b(?:u8|u|U|L)?R"(?P<fence>[^()\\\s]{0,16})\(.*?\)(?P=fence)")
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<char>(?:(?<![0-9A-Za-z_])|(?<=\bu8)|(?<=\b[uUL]))'(?:\\.|[^'\\\n])*')""",
    re.DOTALL | re.VERBOSE)

_NOT_A_TYPE = {"return", "else", "do", "case", "throw", "new", "delete", "co_return", "co_await",
               "co_yield", "and", "or", "not", "goto", "sizeof"}


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """`text` with comments turned into blanks; offsets and lines stay."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m["comment"] else m[0], text)


def code_only(text):
    """`text` with comments and the insides of literals turned into blanks; offsets and lines stay.
    An #include's path goes too: its <poll.h> is no code."""
    text = re.sub(r"(?m)^[ \t]*#[ \t]*include\b[^\n]*", lambda m: _blank(m[0]),
                  without_comments(text))
    return _TOKEN.sub(lambda m: '"' + _blank(m[0][1:-1]) + '"' if len(m[0]) > 1 else m[0], text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def includes(text):
    """(line, 'quote' or 'angle', path) of each #include."""
    pattern = re.compile(r'(?m)^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)')
    bare = without_comments(text)
    return [(line_of(bare, m.start()), "quote" if m[1] else "angle", m[1] or m[2])
            for m in pattern.finditer(bare)]


def uses_of(code, names):
    """Where `code` (from code_only) writes one of `names` (a regex) before a parenthesis.

    Yields (offset, name, kind, has_args); kind is 'global' (::close(), 'plain' (close(), or
    'declaration' (void close(). Members (x.close(), x->close()) and other scopes (std::signal()
    are nobody's system call and are left out.
    """
    for m in re.finditer(rf"(?<![\w~])({names})\s*\(", code):
        has_args = re.match(r"\s*(?:void\s*)?\)", code[m.end():]) is None
        kind = _kind(code[max(0, m.start() - 200):m.start()])
        if kind:
            yield m.start(), m[1], kind, has_args


def _kind(before):
    tail = before.rstrip()
    if tail.endswith((".", "->")):
        return None
    if tail.endswith("::"):
        return None if re.search(r"[\w>]::$", tail) else "global"
    word = re.search(r"(\w+)$", tail)
    if word:  # `int close(`: a type stands before it. `return close(`, `else close(`: a call.
        return "plain" if word[1] in _NOT_A_TYPE else "declaration"
    # `char* read(`, `Result<int> open(`: clang-format puts * & > next to the type they belong to.
    if before != tail and re.search(r"[\w>)][*&>]+$|\]\]$", tail):
        return "declaration"
    return "plain"


def own_names(code, names):
    """What `code` itself calls by one of `names`: (name, has_args) of functions it declares, and
    both forms of each variable, parameter or lambda named so."""
    own = {(name, has_args) for _, name, kind, has_args in uses_of(code, names)
           if kind == "declaration"}
    for m in re.finditer(rf"(\w+|[>*&\]])\s+&?({names})\s*[=,;){{]", code):
        if m[1] not in _NOT_A_TYPE:
            own |= {(m[2], True), (m[2], False)}
    return own


def definitions(text):
    """The functions that a file defines at namespace level, not in an anonymous namespace, in
    order: [(line, name)]; a member's name is Class::member. Best effort."""
    code = re.sub(r"(?m)^[ \t]*#(?:\\\n|[^\n])*", lambda m: _blank(m[0]), code_only(text))
    found, scopes, start = [], [], 0
    for m in re.finditer(r"[{};]", code):
        head = code[start:m.start()].strip()
        if m[0] == "{":
            name = re.match(r"(?:inline\s+)?namespace\b\s*([\w:]*)$|extern\s*\"", head)
            if name:
                scopes.append("namespace" if name[1] or head.startswith("extern") else "hidden")
            else:
                if all(s == "namespace" for s in scopes):
                    called = re.search(r"((?:\w+::)*~?\w+)\s*\(", re.sub(r"\[\[.*?\]\]", "", head))
                    if called and not re.match(r"(?:struct|class|enum|union)\b", head):
                        first = start + len(code[start:]) - len(code[start:].lstrip())
                        found.append((line_of(code, first), called[1]))
                scopes.append("body")
        elif m[0] == "}" and scopes:
            scopes.pop()
        start = m.end()
    return found
