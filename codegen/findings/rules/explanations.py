"""Reads the explanations of rules from Markdown files in `prose`, one per area, with a heading for
each rule.

A translation of the explanations is one more folder beside `en`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct

FOLDER = Path(__file__).parent / "prose" / "en"
_HEADING = re.compile(r"^## (?P<rule>.+)\n", re.MULTILINE)
_PART = re.compile(r"^- \*(?P<part>\w+)\*:(?P<text>.*(?:\n  .+)*)", re.MULTILINE)

Parts = Mapping[str, str]


class AreaExplanations(Struct, frozen=True):
    """The prose of an area, with a title, a sentence about its rules, and the explanations by rule."""

    title: str
    about: str
    rules: Mapping[str, Parts]


@cache
def read_text(name: str) -> str:
    """Read the prose file of a name."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


@cache
def load_explanations(name: str) -> AreaExplanations:
    """Load the prose of an area, with the parts of each rule."""
    head, *sections = _HEADING.split(read_text(name))
    title, _, about = head.removeprefix("# ").partition("\n")
    rules: dict[str, dict[str, str]] = {}
    for rule, text in zip(sections[::2], sections[1::2], strict=True):
        parts = rules[rule] = {}
        for match in _PART.finditer(text):
            parts[match["part"].lower()] = match["text"].replace("\n  ", " ").strip(" ")
    return AreaExplanations(title, " ".join(about.split()), rules)
