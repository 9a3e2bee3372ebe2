"""Reads the explanations of rules from Markdown files in `prose`, one per area, with a heading for each rule.

A translation of the explanations is one more folder beside `en`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct

FOLDER = Path(__file__).parent / "prose" / "en"
_ITEM = re.compile(r"- \*(?P<part>\w+)\*: ?(?P<text>.*)")

Parts = Mapping[str, str]


class AreaProse(Struct, frozen=True):
    """The prose of an area, with a title, a sentence about its rules, and the explanations by rule."""

    title: str
    about: str
    rules: Mapping[str, Parts]


@cache
def read_text(name: str) -> str:
    """Read the prose file of a name."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def load_prose(name: str, wanted: Mapping[str, Collection[str]]) -> AreaProse:
    """Load the prose of an area, with the `wanted` parts of each rule."""
    return parse_prose(read_text(name), f"{name}.md", wanted)


def parse_prose(text: str, file: str, wanted: Mapping[str, Collection[str]]) -> AreaProse:
    """Parse the text of a prose file.

    Raises `ValueError` with file and line for a rule or part that is missing, unknown or doubled, and for any other line.
    """
    title, about, part = "", "", ""
    rules: dict[str, dict[str, str]] = {}
    lines = {"": 0}
    for number, line in enumerate(text.split("\n"), 1):
        rule = next(reversed(rules), "")
        if line.startswith("# ") and not title:
            title = line[2:]
        elif line.startswith("## "):
            rule, part = line[3:], ""
            if rule in rules or rule not in wanted:
                raise ValueError(f"{file}:{number}: {'doubled' if rule in rules else 'unknown'} rule {rule!r}")
            rules[rule], lines[rule] = {}, number
        elif rule and (item := _ITEM.fullmatch(line)):
            part = item["part"].lower()
            if part in rules[rule] or part not in wanted[rule]:
                raise ValueError(f"{file}:{number}: {'doubled' if part in rules[rule] else 'unknown'} part {part!r}")
            rules[rule][part] = item["text"]
        elif part and line.startswith("  "):
            rules[rule][part] = f"{rules[rule][part]}{line[1:]}".lstrip(" ")
        elif line and not rule:
            about = f"{about} {line}".strip()
        elif line:
            raise ValueError(f"{file}:{number}: neither a heading nor a part of a rule: {line!r}")
    for rule, parts in wanted.items():
        if missing := sorted(set(parts) - rules.get(rule, {}).keys()):
            what = f"part {missing[0]!r} of {rule!r}" if rule in rules else f"rule {rule!r}"
            raise ValueError(f"{file}:{lines.get(rule, number)}: missing {what}")
    return AreaProse(title, about, rules)
