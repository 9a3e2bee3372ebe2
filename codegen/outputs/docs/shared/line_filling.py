"""Line breaks in prose with full-width letters, as the localization of kubernetes.io has them.

Lines have 80 to 120 columns. They end after a sentence if possible, otherwise after a comma or at a
blank. They never end between two letters, where a browser would show a blank. An address has its
own line, since sites only link addresses after a blank. Well-broken paragraphs stay unchanged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate, pairwise

from codegen.core.scripts import is_joint
from codegen.outputs.docs.shared.typography import LITERAL

# Columns: shorter lines than the first are filled, longer ones than the second cost, the third is
# the limit. With these values, most line breaks of the published pages are found again, above all
# at ends of sentences.
_ENOUGH, _FULL, _MOST = 80, 92, 120
_LONE = 16  # a shorter line, such as `只读。`, joins a neighbour with room
_SHORT_COST, _LONG_COST, _TOO_LONG_COST, _LONE_COST = 0.2, 2.0, 1000.0, 40.0
# The cost of a break at each place: nothing after a sentence, more after smaller parts.
_COSTS = {
    "address": -20.0,
    "item": 0.0,
    "sentence": 0.0,
    "part": 10.0,
    "clause": 20.0,
    "colon": 36.0,
    "blank": 36.0,
    "member": 40.0,
}
_INSIDE_COST = 24.0  # additional cost inside brackets
# Permitted beginnings of a line: a letter, a number without a dot, or an opening mark. Others may
# begin a block.
_BEGINS = r"(?=[^\W\d_]|\d++(?![\d.)])|[\"“‘「《（(\[]|`(?!``)|<(?:a|code|em|strong)\b)"
# Letters of wide scripts and their marks, with closing quotation marks. The expression of an exact
# class compiles slowly.
_WIDE = r"[^\x00-\xff\u2010-\u2018]"
_PLACES = re.compile(
    rf"(?<={_WIDE}) (?P<address>)(?=https?://)"
    r"|(?P<item>)(?=<li>)"
    r"|(?:[。！？][”’」』）]*(?P<sentence>)|；[”’」』]*(?P<part>)|：(?P<colon>)|，[”’」』]*(?P<clause>)|、(?P<member>)"
    rf"|(?<={_WIDE}) (?P<blank>)|(?<=\S) (?={_WIDE})(?P<before>)){_BEGINS}"
)
_BEFORE_ADDRESS = re.compile(r"(?<=[。！？；，：]) ?(?=https?://)")
_ADDRESS = re.compile(r"https?://")
_CODE = re.compile(r"<(?P<tag>pre|code)\b(?:(?!<(?P=tag)\b).)*?</(?P=tag)>", re.DOTALL)
_ENDS, _OPENS = frozenset("。！？；，：、”’」』）"), frozenset("（“‘「《")
_FENCES = ("```", "~~~")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+")
# Lines that are never joined: other structures, and intended line breaks.
_APART = re.compile(r"[ \t]*(?:[#>|]|<|={2,}\s*$|\[[^\]]*\]:).*|.*(?:  |\\)$", re.DOTALL)


def join_wrapped_lines(text: str) -> str:
    """Remove line breaks that only wrap a text. Those of paragraphs, lists and code stay."""
    pieces: list[str] = []
    last, fenced = "", False
    for line in text.split("\n"):
        bare, fence = line.strip(), line.lstrip().startswith("```")
        if not pieces:
            joint = ""
        elif (
            fenced
            or fence
            or not bare
            or not last.strip()
            or last.lstrip().startswith("```")
            or _ITEM.match(line)
        ):
            joint = "\n"
        else:
            joint = _choose_joint(last.rstrip(), bare)
        pieces += (joint, line if joint == "\n" or not pieces else bare)
        fenced ^= fence
        last = line
    return "".join(pieces)


def wrap_paragraphs(text: str) -> str:
    """Wrap each paragraph and list item of a Markdown text. Code and other structure stay."""
    lines = text.split("\n")
    pieces: list[str] = []
    fence, number = "", 0
    while number < len(lines):
        line = lines[number]
        mark = line.strip()[:3]
        if fence or mark in _FENCES or _is_structure(line):
            if fence == mark:
                fence = ""
            elif not fence and mark in _FENCES:
                fence = mark
            pieces.append(line)
            number += 1
            continue
        end = _find_paragraph_end(lines, number)
        pieces += _fill_paragraph(lines[number:end])
        number = end
    return "\n".join(pieces)


def fill_line(line: str, indent: str = "") -> str:
    """Break a line into lines of the usual width, with `indent` before all but the first."""
    if 2 * len(line) <= _FULL:
        return line
    return f"\n{indent}".join(_cheapest_lines(line))


def _choose_joint(before: str, behind: str) -> str:
    """Return the text between two joined lines, a blank or nothing."""
    if is_joint(before, behind):
        return ""
    return " "


def _is_structure(line: str) -> bool:
    """Return whether a line is empty, indented code, or other structure."""
    if not line.strip() or _APART.match(line):
        return True
    return line.startswith(("    ", "\t")) and not _ITEM.match(line)


def _find_paragraph_end(lines: Sequence[str], start: int) -> int:
    """Return the number of the line behind a paragraph or item."""
    mark = _ITEM.match(lines[start])
    end = start + 1
    while end < len(lines):
        line = lines[end]
        if (
            not line.strip()
            or _ITEM.match(line)
            or _APART.match(line)
            or line.strip()[:3] in _FENCES
        ):
            break
        if mark and not line.startswith((" ", "\t")):
            break
        end += 1
    return end


def _fill_paragraph(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines of a paragraph or item, filled anew unless they are well broken."""
    first = lines[0]
    if item := _ITEM.match(first):
        mark = item[0]
    else:
        mark = first[: len(first) - len(first.lstrip(" \t"))]
    bare = [first[len(mark) :].rstrip(), *(line.strip() for line in lines[1:])]
    if any(line.isascii() and "://" not in line for line in bare):
        return lines
    better: list[str] = []
    for line in bare:
        better += _BEFORE_ADDRESS.split(line)
    if not _is_well_broken(better):
        joined = bare[0]
        for line in bare[1:]:
            joined += (" " if _ADDRESS.match(line) else _choose_joint(joined, line)) + line
        better = _cheapest_lines(_BEFORE_ADDRESS.sub(" ", joined))
        if any(_measure_columns(line) > _MOST and "://" not in line for line in better):
            return lines
    if better == bare:
        return lines
    hanging = " " * len(mark)
    return [f"{hanging if number else mark}{line}" for number, line in enumerate(better)]


def _is_well_broken(lines: Sequence[str]) -> bool:
    """Return whether lines are short enough, do not break between letters, and leave no short line
    alone.
    """
    widths = [_measure_columns(line) for line in lines]
    if any(
        width > _MOST and not _ADDRESS.match(line)
        for width, line in zip(widths, lines, strict=True)
    ):
        return False
    for number, (before, behind) in enumerate(pairwise(lines)):
        first, second = widths[number : number + 2]
        if (
            not _choose_joint(before, behind)
            and before[-1] not in _ENDS
            and behind[0] not in _OPENS
        ):
            return False
        has_lone = (first < _LONE and before[-1] in "。！？") or (
            second < _LONE and behind[-1] in "。！？"
        )
        if has_lone and first + second <= _MOST and not _ADDRESS.match(behind):
            return False
    return True


def _measure_columns(text: str) -> int:
    """Return the width of a text, in which wide characters count twice."""
    return len(text) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)


def _cheapest_lines(line: str) -> list[str]:
    """Break a line at the lowest cost of breaks and of too short or too long lines."""
    parts = _split_line(line)
    widths = [_measure_columns(part) for part, _ in parts]
    parentheses = [part.count("（") - part.count("）") for part, _ in parts]
    inside = [depth > 0 for depth in accumulate(parentheses)]
    count = len(parts)
    cheapest: list[tuple[float, int]] = [(0.0, count)] * (count + 1)
    for start in range(count - 1, -1, -1):
        width, best = 0, (float("inf"), count)
        for end in range(start, count):
            width += widths[end]
            bare = width - parts[end][0].endswith(" ")
            if bare > _MOST and end > start:
                break
            cost = _LONG_COST * max(bare - _FULL, 0) + (_TOO_LONG_COST if bare > _MOST else 0)
            if end < count - 1:
                cost += (
                    _COSTS[parts[end][1]]
                    + _INSIDE_COST * inside[end]
                    + _SHORT_COST * max(_ENOUGH - bare, 0)
                )
            if bare < _LONE:
                cost += _LONE_COST
            best = min(best, (cost + cheapest[end + 1][0], end + 1))
        cheapest[start] = best
    lines, start = [], 0
    while start < count:
        end = cheapest[start][1]
        lines.append("".join(part for part, _ in parts[start:end]).rstrip(" "))
        start = end
    return lines


def _split_line(line: str) -> list[tuple[str, str]]:
    """Split a line into unbreakable parts, each with the kind of place behind it."""
    literal = bytearray(len(line) + 1)
    for pattern in (LITERAL, _CODE):
        for match in pattern.finditer(line):
            literal[match.start() + 1 : match.end()] = b"\1" * (match.end() - match.start() - 1)
    parts, start = [], 0
    for match in _PLACES.finditer(line):
        if not literal[match.end()]:
            if match.lastgroup == "before":
                kind = "blank"
            else:
                kind = match.lastgroup or ""
            parts.append((line[start : match.end()], kind))
            start = match.end()
    return [*parts, (line[start:], "")]
