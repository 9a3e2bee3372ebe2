"""Modules that black would leave as they are, known without it: to lay out what needs no layout was most of the time of a small run.

How the templates arrange imports, classes and blank lines is black's way, which tests hold. What comes from a source changes lines: names,
annotations, docstrings, lists of arguments. Each of them is looked at here, and whatever is not certain is left to black.
"""

from __future__ import annotations

import re

from codegen.outputs.python import WIDTH

_DOCSTRING = re.compile(r'"""((?:[^"\\\t]++|"(?!""))*+)"""$', re.MULTILINE)
# Black prefers double quotes, and of two spellings the one with fewer escaped quotes.
_ANY = re.compile(r'"(?:[^"\\]++|\\.)*+"')
_STRING = re.compile(r"""(?x) "(?:[^"\\]++|\\[^"'])*+"  |  '(?:[^'"\\]++|\\[^"'])*+ " (?:[^'\\]++|\\[^"'])*+' """)
_ONE = re.compile(r"\((?<!\w\()(?:S,)?\)")  # a tuple of one string or of nothing
_PLAIN = re.compile(r"[!#-&(-\[\]-~]++(?: [!#-&(-\[\]-~]++)*+\Z")  # one blank between words; no quotes, no backslashes
_LONE = re.compile(r"(?:\w+=)?S,?\Z")  # an argument that cannot be broken
# Black may take such brackets away. What has to stand before one is looked at behind it: then only brackets are looked at.
_BRACE = re.compile(
    r"\((?<![\w\])(]\()(?<!\bnot \()(?<!\band \()(?<!\bor \()(?<!\bimport \()(?<! = \()|\((?:(?<=\bimport \()|(?<= = \())(?!\Z)"
)
_TUPLE = re.compile(r"(?:\Aexcept|(?<= =)|(?<= in)) \((?:\w+, )+\w+\)(?=\Z| as |:)")  # and these it keeps
_CONDITIONS = frozenset(("if (", "elif ("))
_OPERATOR = re.compile(r"\b(?:and|or)\b")
_NO_TERM = re.compile(r"[,:]|\b(?:if|else|lambda|await)\b")  # what black would rather break a condition at
_INNERMOST = re.compile(r"[(\[{][^()\[\]{}]*+[)\]}]")
# The same, but the two belong together and no comma stands before the second.
_PAIR = re.compile("|".join(rf"\{a}(?:[^()\[\]{{}}]*[^()\[\]{{}},])?\{b}" for a, b in ("()", "[]", "{}")))
_SOME = re.compile(r"[()\[\]{}]")
_INNER = re.compile(r"(?:S: |\w+=)?\w*[(\[{]\Z")  # an item that is a bracket with items of its own
_CLOSED = re.compile(r"[)\]}](?:,|:| -> [\w.\[\], ]+:)?\Z")
_FAR = re.compile(r"\n\n\n(?!class |@|def )")  # behind imports black wants one blank line
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def is_black_stable(text: str) -> bool:
    """Return whether black certainly changes nothing in a module made by our templates."""
    if "\n\n\n\n" in text or any(_ends_imports(text, found.start()) for found in _FAR.finditer(text)):
        return False
    code: list[str] = []
    end = 0
    for found in _DOCSTRING.finditer(text):
        begin = text.rfind("\n", 0, found.start()) + 1
        indent = text[begin : found.start()]
        if indent.strip(" ") or not _is_stable_docstring(indent, found[1], text[begin : found.end()]):
            return False
        code.append(text[end:begin])
        end = found.end()
    code.append(text[end:])
    return _are_stable("".join(code).split("\n"))


def _ends_imports(text: str, end: int) -> bool:
    """Return whether the line up to this index imports."""
    line = text[text.rfind("\n", 0, end) + 1 : end]
    return line == ")" or line.startswith(("from ", "import "))


def has_stable_gaps(text: str) -> bool:
    """Return whether black leaves the blank lines between statements."""
    return "\n\n\n\n" not in text and _FAR.search(text) is None


def _is_stable_docstring(indent: str, text: str, whole: str) -> bool:
    lines = whole.split("\n")
    if [line.rstrip() for line in lines] != lines:
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


class _Bracket:
    """A bracket over several lines, with its opening line and its contents so far."""

    __slots__ = ("closing", "condition", "inside", "items", "line", "margin")

    def __init__(self, line: str, margin: int, closing: str, *, condition: bool) -> None:
        self.line, self.margin, self.closing, self.condition = line, margin, closing, condition
        self.items = 0  # a line each, with a comma behind it
        self.inside: list[str] = []  # other lines: all items on one, or the terms of a condition

    def add(self, words: str, code: str) -> bool:
        """Add a line without open brackets. Return whether black certainly leaves it in place."""
        if not self.condition and code.endswith(",") and not self.inside:
            self.items += 1
            return True
        if self.items or (self.inside and not self.condition):
            return False
        self.inside.append(words)
        return True

    def ends(self, words: str, code: str) -> bool:
        """Return whether black certainly leaves the closing line. One item holds no tuple or subscript open, more do."""
        if _CLOSED.match(code) is None:
            return False
        if self.items:
            return self.items > 1 or not (
                self.line.endswith(" = (") or (self.closing == "]" and self.line[-2:-1].isalnum())
            )
        terms = " ".join(self.inside)
        joined = f"{self.line}{terms}{words}"
        if not terms or len(joined) <= WIDTH or not joined.isascii():
            return False
        if self.condition:
            return code == "):" and self.margin + 4 + len(terms) > WIDTH and self._reads_better()
        if self.line.endswith((" import (", " = (")):
            return False
        if self.line.lstrip().startswith("def "):  # a lone parameter gets a comma
            return "," in _strip_brackets(self.inside[0])
        return code in (")", "]", "}", "):")

    def _reads_better(self) -> bool:
        """Return whether black keeps the brackets of a long condition.

        It keeps brackets around several operators, each at the beginning of a line.
        """
        lines = [_strip_brackets(_STRING.sub("S", line)) for line in self.inside]
        operators = sum(len(_OPERATOR.findall(line)) for line in lines)
        if operators < 2 or any(_NO_TERM.search(line) for line in lines):
            return False
        return len(lines) == operators + 1 and all(_OPERATOR.match(line) for line in lines[1:])


def _are_stable(lines: list[str]) -> bool:
    """Return whether black leaves every line alone. Brackets over several lines have an item on each line or all on one."""
    open_: list[_Bracket] = []
    for line in lines:
        words = line.lstrip(" ")
        if not words or words.startswith("# "):
            if open_ or len(line) > WIDTH or not line.isascii() or line != line.rstrip():
                return False
            continue
        code = _mask_strings(words)
        if "(" in code:
            code = _ONE.sub("S", code)
        if _PLAIN.match(code) is None or "#" in code:
            return False
        if not (_is_stable_end if open_ and code[0] == open_[-1].closing else _is_stable_line)(
            open_, line, words, code
        ):
            return False
    return not open_


def _is_stable_end(open_: list[_Bracket], line: str, words: str, code: str) -> bool:
    """Return whether a line that closes the innermost bracket is stable, and add it to the bracket around."""
    closed = open_.pop()
    if len(line) - len(words) != closed.margin or _width(line) > WIDTH or not closed.ends(words, code):
        return False
    return not open_ or (code[1:] == "," and open_[-1].add(words, code))


def _is_stable_line(open_: list[_Bracket], line: str, words: str, code: str) -> bool:
    """Return whether a line that closes no open bracket is stable. It may open one."""
    margin, inner = len(line) - len(words), open_[-1] if open_ else None
    condition = code in _CONDITIONS
    left = _left_open(code)
    if left is None or (inner and margin != inner.margin + 4) or (not condition and _may_lose_brackets(code)):
        return False
    if _width(line) > WIDTH and not (inner and _LONE.match(code)):
        return False
    if not left:
        return inner is None or inner.add(words, code)
    open_.append(_Bracket(line, margin, left, condition=condition))
    return inner is None or not (inner.inside or inner.condition or _INNER.match(code) is None)


def _may_lose_brackets(code: str) -> bool:
    """Return whether black may remove a pair of brackets. Brackets directly behind a name stay."""
    return "(" in code and _BRACE.search(_TUPLE.sub("", code) if " (" in code else code) is not None


def _mask_strings(words: str) -> str:
    """Replace each stable string of a line with a letter."""
    if '"' not in words:
        return words
    return _STRING.sub("S", _ANY.sub(_mask_escaped, words) if '\\"' in words else words)


def _strip_brackets(code: str, pair: re.Pattern[str] = _INNERMOST) -> str:
    """Remove brackets with their contents from code."""
    while (shorter := pair.sub("S", code)) != code:
        code = shorter
    return code


def _mask_escaped(found: re.Match[str]) -> str:
    """Mask a string with escaped quotes if black keeps it, because it has as many single quotes."""
    escaped = found[0].count('\\"')
    return "S" if escaped and found[0].count("'") >= escaped else found[0]


def _width(line: str) -> int:
    """Return the greatest width of a line, in which other than ASCII characters take two columns."""
    return len(line) if line.isascii() else len(line) + sum(not character.isascii() for character in line)


def _left_open(code: str) -> str | None:
    """Return the closing sign of the bracket at the end of a line, '' without open brackets, or None in other cases."""
    if _SOME.search(code) is None:
        return ""
    code = _strip_brackets(code, _PAIR)
    open_ = _SOME.search(code)
    if open_ is None:
        return ""
    return _CLOSING.get(code[-1]) if open_.end() == len(code) else None
