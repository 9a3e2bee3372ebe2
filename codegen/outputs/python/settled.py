"""Modules that black would leave as they are, known without it: to lay out what needs no layout was most of the time of a small run.

How the templates arrange imports, classes and blank lines is black's way, which tests hold. What comes from a source changes lines: names,
annotations, docstrings, lists of arguments. Each of them is looked at here, and whatever is not certain is left to black.
"""

from __future__ import annotations

import re

from codegen.core.patterns import lazy_pattern

WIDTH = 120
_DOCSTRING = lazy_pattern(r'^( *)"""((?:[^"\\\t]++|"(?!""))*+)"""$', re.MULTILINE)
# Black prefers double quotes, and of two spellings the one with fewer escaped quotes.
_ANY = lazy_pattern(r'"(?:[^"\\]++|\\.)*+"')
_STRING = lazy_pattern(r"""(?x) "(?:[^"\\]++|\\[^"'])*+"  |  '(?:[^'"\\]++|\\[^"'])*+ " (?:[^'\\]++|\\[^"'])*+' """)
_ONE = lazy_pattern(r"(?<!\w)\((?:S,)?\)")  # a tuple of one string or of nothing
_PLAIN = lazy_pattern(
    r"[!#-&(-\[\]-~]++(?: [!#-&(-\[\]-~]++)*+\Z"
)  # one blank between words; no quotes, no backslashes
_LONE = lazy_pattern(r"(?:\w+=)?S,?\Z")  # an argument that cannot be broken
_BRACE = lazy_pattern(r"(?<![\w\])])(?<!\bnot )(?<!\band )(?<!\bor )\(")  # black may take such brackets away
_FAR = lazy_pattern(
    r"^(?:(?:from|import) .*|\))\n\n\n(?!class |@|def )", re.MULTILINE
)  # black wants one blank line there
_PAIRS = {")": "(", "]": "[", "}": "{"}


def is_settled(text: str) -> bool:
    """Whether black certainly changes nothing in this module, which a template of ours has made."""
    if "\n\n\n\n" in text or _FAR.search(text):
        return False
    code: list[str] = []
    end = 0
    for found in _DOCSTRING.finditer(text):
        if not _is_settled_docstring(found[1], found[2], found[0]):
            return False
        code.append(text[end : found.start()])
        end = found.end()
    code.append(text[end:])
    return _are_settled("".join(code).split("\n"))


def _is_settled_docstring(indent: str, text: str, whole: str) -> bool:
    lines = whole.split("\n")
    if any(line != line.rstrip() for line in lines):
        return False
    inside = text.removesuffix(f"\n{indent}")  # the closing quotes may stand on a line of their own
    if not inside or inside[0] in ' "\n' or inside[-1] in " \n":
        return False
    if inside[-1] == '"' and (inside == text or "\n" not in inside):
        return False
    inner = [len(line) - len(line.lstrip(" ")) for line in lines[1:] if line]
    if not inner:
        return True
    return min(inner) == len(indent) and len(lines[-1]) < WIDTH and lines[-1].isascii()


def _are_settled(lines: list[str]) -> bool:
    """Whether every line is one that black leaves alone; a bracket may be open over several, with an item on each or all on one."""
    opened = ""  # the line with the open bracket
    closing = ""  # how the line begins that closes it
    alone = ""  # all items on one line
    items = False  # whether the line before was one of them
    for line in lines:
        words = line.lstrip(" ")
        if not words or words.startswith("# "):
            if opened or len(line) > WIDTH or not line.isascii() or line != line.rstrip():
                return False
            continue
        code = _ONE.sub("S", _STRING.sub("S", _ANY.sub(_kept, words) if '\\"' in words else words))
        if _PLAIN.match(code) is None or _BRACE.search(code) or "#" in code:
            return False
        if opened and line.startswith(closing):
            joined = f"{opened}{alone}{words}"
            if code not in (")", "]", "}", "):") or (alone and (len(joined) <= WIDTH or not joined.isascii())):
                return False
            opened = alone = ""
            items = False
            continue
        left = _left_open(code)
        if left is None or alone or (opened and left) or (_width(line) > WIDTH and not (opened and _LONE.match(code))):
            return False
        if opened and not code.endswith(","):
            if items:
                return False
            alone = words
        items = bool(opened)
        if left:
            opened, closing = line, f"{line[: len(line) - len(words)]}{left}"
    return not opened


def _kept(found: re.Match[str]) -> str:
    """A string with escaped quotes: kept by black if it has as many single ones, which would have to be escaped instead."""
    escaped = found[0].count('\\"')
    return "S" if escaped and found[0].count("'") >= escaped else found[0]


def _width(line: str) -> int:
    """The most columns that a line can take; signs of Chinese take two."""
    return len(line) if line.isascii() else len(line) + sum(not character.isascii() for character in line)


def _left_open(code: str) -> str | None:
    """What closes the bracket with which a line ends, or nothing if all are closed in it; None where it is otherwise."""
    open_: list[str] = []
    before = ""
    for character in code:
        if character in "([{":
            open_.append(character)
        elif character in _PAIRS and (before == "," or not open_ or open_.pop() != _PAIRS[character]):
            return None
        before = character
    if not open_:
        return ""
    return {"(": ")", "[": "]", "{": "}"}[open_[0]] if len(open_) == 1 and code[-1] == open_[0] else None
