"""Texts of HTML elements, and the names at the start of the items of a list of fields."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree
from lxml.etree import _Element
from msgspec import Struct

from codegen.readers.rendered.html_markdown import BLOCKS, is_hidden, tag_of
from codegen.readers.shared.tokens import NAME

_SPACE = re.compile(r"\s+")
_BOLD = ("strong", "b")
# A field `name (type)`, or a parameter `name (place): type`.
_PLAIN_FIELD = re.compile(
    rf"{NAME.pattern}\s*+[(（]\s*+(?:\S+[)）]|[^()（）]{{1,40}}[)）]\s*+[:：])"
    r"|(?:apiVersion|kind)\s*+[:：]\s*+\S++\Z"
)


def _find_first_line(item: _Element) -> _Element:
    """Return the first paragraph of an item, or the item itself without one."""
    if not (item.text or "").strip() and len(item) and tag_of(item[0]) == "p":
        return item[0]
    return item


def _read_run_text(line: _Element, behind: _Element | None = None) -> str:
    """Return the text of a line without the blocks below it, or what is behind a child of it."""
    text = node_text(line.text if behind is None else behind.tail)
    for child in line if behind is None else behind.itersiblings():
        if tag_of(child) in BLOCKS:
            break
        text += f"{visible_text(child)}{node_text(child.tail)}"
    return text


def has_field_names(items: Sequence[_Element], owner: str = "") -> bool:
    """Return whether items are fields: one has a bold name, or a name below its owner."""
    for item in items:
        if find_bold_name(item) is not None:
            return True
        name = find_name(item) if owner else None
        if name is not None and name.name.startswith(f"{owner}."):
            return True
    return False


class FieldName(Struct, frozen=True, kw_only=True):
    """The name at the start of an item, the text behind it, and their elements."""

    name: str
    rest: str
    line: _Element
    element: _Element


def find_name(item: _Element) -> FieldName | None:
    """Find the name at the start of an item of a list of fields.

    It may have lost its bold type, but has a type or a place.
    """
    line = _find_first_line(item)
    bold = find_bold_name(item)
    if bold is not None:
        remainder = _read_run_text(line, bold)
        return FieldName(
            name=plain_text(visible_text(bold)), rest=remainder, line=line, element=bold
        )
    text = _read_run_text(line)
    if not _PLAIN_FIELD.match(plain_text(text)):
        return None
    text = text.lstrip()
    name = NAME.match(text)
    if name is None:
        return None
    return FieldName(name=name[0], rest=text[name.end() :], line=line, element=line)


def find_name_without_type(item: _Element) -> FieldName | None:
    """Find a bold name whose type or place cannot be read.

    Its item is in a list of fields. The reader of the field reports it.
    """
    line = _find_first_line(item)
    if (line.text or "").strip() or not len(line) or tag_of(line[0]) not in _BOLD:
        return None
    name = plain_text(visible_text(line[0]))
    if NAME.fullmatch(name) is None:
        return None
    remainder = _read_run_text(line, line[0])
    return FieldName(name=name, rest=remainder, line=line, element=line[0])


def find_bold_name(item: _Element) -> _Element | None:
    """Return the bold name at the start of an item, or None.

    A name is followed by its type or place.
    """
    line = _find_first_line(item)
    if (line.text or "").strip() or not len(line):
        return None
    bold = line[0]
    if tag_of(bold) not in _BOLD:
        return None
    behind = (bold.tail or "").lstrip()
    if behind[:1] in tuple("(（:：") and plain_text(visible_text(bold)):
        return bold
    return None


def visible_text(element: _Element, *, breaks: bool = False) -> str:
    """Return the text of an element without hidden elements.

    `breaks` writes a zero character for each `<br>`.
    """
    pieces: list[str] = []
    hidden: _Element | None = None
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start" and hidden is None:
            if node is not element and is_hidden(node):
                hidden = node
            elif tag_of(node) == "br":
                pieces.append("\0" if breaks else "\n")
            else:
                pieces.append(node.text or "")
        elif event == "end":
            if hidden is node:
                hidden = None
            if hidden is None and node is not element:
                pieces.append(node.tail or "")
    return "".join(pieces)


def node_text(text: str | None) -> str:
    """Return a text of lxml, which has None for an empty one."""
    return text or ""


def is_unfinished(line: str) -> bool:
    """Return whether the first line of a bullet ends before its type or place is complete."""
    return (
        not line
        or line.count("(") + line.count("（") > line.count(")") + line.count("）")
        or line[-1] in ":：,，"
    )


def plain_text(text: str) -> str:
    """Return a text with single blanks."""
    return _SPACE.sub(" ", text).strip()
