"""One page to a person or a machine that translates from a text: what must stay, the terms, and the texts with their places.

The answer is the same file with a translation below each text, between the marks that the file explains.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable
from itertools import accumulate, pairwise
from urllib.parse import quote, unquote

from msgspec import Struct

from codegen.core.escaping.controls import visible
from codegen.core.escaping.gfm import gfm_block, gfm_text
from codegen.core.locales import Languages
from codegen.findings.diagnostics import Span, failure
from codegen.translation.exchange.unit import Unit
from codegen.translation.glossary import Term, advice_of

_HEAD = "## Text "
_NOT_IN_CODE = re.compile(r"[`%\n]")
_FENCE = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}+|~{3,}+)[^\S\n]*+(?:(?P<kind>english|translation)[^\S\n]*+)?$",
    re.MULTILINE | re.IGNORECASE,
)
_MARK = re.compile(r"^[ ]{0,3}(?:`{3,}|~{3,})", re.MULTILINE)
_ID = re.compile(r"^## Text (?P<number>\d+): `(?P<id>[^`\n]+)`[^\S\n]*$", re.MULTILINE)


class _Block(Struct, frozen=True, kw_only=True):
    """A block of one of the two kinds, between two fences; where it begins and ends in its part of the page."""

    kind: str
    text: str
    start: int
    end: int


def write(units: Iterable[Unit], locale: str, languages: Languages, terms: Iterable[Term]) -> str:
    """The page: rules, terms that occur in its texts, and each text with its context."""
    chosen = list(units)
    language = languages.get(locale)
    parts = [
        f"# Translate into {gfm_text(language.name)} ({gfm_text(locale)})",
        "\n".join(_rules(locale, full_width=language.full_width)),
    ]
    english = "\n".join(unit.english for unit in chosen)
    used = [term for term in terms if term.name and term.english is not None and term.english.search(english)]
    if used:
        rows = [
            f"| {gfm_text(term.name)} | {gfm_text(' / '.join(term.use))} | {gfm_text(' / '.join(term.avoid))} |"
            for term in used
        ]
        parts.append("\n".join(["## Terms", "", "| English | write | do not write |", "| --- | --- | --- |", *rows]))
    for number, unit in enumerate(chosen, start=1):
        context = "\n".join(f"- {gfm_text(line)}" for line in unit.context.split("\n") if line)
        parts += [
            f"{_HEAD}{number}: `{_in_code(unit.id)}`",
            context,
            gfm_block(unit.english, "english"),
            gfm_block(unit.translation or " ", "translation"),
        ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _in_code(prose_id: str) -> str:
    """An id on one line between backticks, from where it is read again."""
    return _NOT_IN_CODE.sub(lambda found: quote(found[0], safe=""), visible(prose_id))


def _rules(locale: str, *, full_width: bool) -> list[str]:
    rules = [
        "Write each translation into the block `translation` below its text, and change nothing else: the file is read back.",
        "",
        "- Names of kinds, fields and values stay as they are, with their case, and so do quoted values.",
        "- Code in backticks, addresses, numbers, version numbers and Markdown marks stay as they are.",
        "- A paragraph stays a paragraph, a list item a list item. Nothing is added, left out or explained.",
        "- The tone is that of a reference: short, factual, the same word for the same thing.",
        "- What is a draft already is there because its English changed or because several translations exist: correct it.",
    ]
    if full_width:
        rules.append(
            "- Full-width punctuation in prose, half-width in code; one space between Latin letters or digits and the script around them."
        )
    return rules + [f"- {gfm_text(text)}" for text in advice_of(locale)]


def read(text: str, path: str) -> list[Unit]:
    """The texts of a page that came back; one whose blocks are damaged says so. Raises `CodegenError` if none is in it."""
    heads = list(_ID.finditer(text))
    if not heads:
        raise failure(
            "exchange-unreadable",
            "the page has no text of the form that was exported",
            Span(path=path),
            "keep the headings `## Text N: `ID`` and the blocks `english` and `translation`",
        )
    ends = [*(following.start() for following in heads[1:]), len(text)]
    begins = [0, *(head.start() for head in heads)]
    lines = accumulate((text.count("\n", *pair) for pair in pairwise(begins)), initial=1)
    units = [_unit(text, *each) for each in zip(heads, ends, list(lines)[1:], strict=True)]
    before = text[: heads[0].start()]
    if lost := _blocks(before):
        line = before.count("\n", 0, lost[0].start) + 1
        units.insert(
            0, Unit(id="", english="", translation=" ", line=line, fault="a block has no heading `## Text N: `ID``")
        )
    return units


def _unit(text: str, head: re.Match[str], end: int, line: int) -> Unit:
    """The text below a heading, which stands on a line, and what is wrong with its blocks."""
    part = text[head.end() : end]
    found = _blocks(part)
    blocks = {block.kind: block.text.rstrip("\n") for block in found}
    rest = [0, *(place for block in found for place in (block.start, block.end)), len(part)]
    marks = _MARK.findall("".join(part[begin:until] for begin, until in zip(rest[::2], rest[1::2], strict=True)))
    fault = ""
    if len(found) > 2:
        fault = "there are more than two blocks below one heading: a heading before them is lost"
    elif lacking := [kind for kind in ("english", "translation") if kind not in blocks]:
        fault = f"there is no whole block `{lacking[0]}`"
    elif marks and not (
        end == len(text) and len(marks) == 1 and _MARK.search(text[: text.find(_HEAD)])
    ):  # one around the page
        fault = "there is a line of backticks too many: the block `translation` ends before it"
    return Unit(
        id=unquote(head["id"]),
        english=blocks.get("english", ""),
        translation=blocks.get("translation", "").strip(),
        line=line,
        fault=fault,
    )


def _blocks(part: str) -> list[_Block]:
    """The blocks of a part of a page, each up to the first line that is its fence alone; a fence without such a line begins none."""
    fences = list(_FENCE.finditer(part))
    bare: dict[str, list[int]] = {}
    for number, fence in enumerate(fences):
        if not fence["kind"]:
            bare.setdefault(fence["fence"], []).append(number)
    found: list[_Block] = []
    last = -1
    for number, fence in enumerate(fences):
        ends = bare.get(fence["fence"], [])
        at = bisect(ends, number)
        if number <= last or not fence["kind"] or at == len(ends):
            continue
        last = ends[at]
        text = part[fence.end() + 1 : fences[last].start()]
        found.append(_Block(kind=fence["kind"].lower(), text=text, start=fence.start(), end=fences[last].end()))
    return found
