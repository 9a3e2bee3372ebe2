"""Parts of a reference page with their places in its text.

Readers turn a page into a model. Here each part of the model keeps the range of characters that it
has on the page, so that it can be edited without writing the page again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct, field

from codegen.readers.page_tree import Annotations, TypeName
from codegen.translation.normalization import fold_markup

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_ANCHOR = re.compile(r"<a\s+name=\"[^\"<>]*\"\s*>\s*</a>")
_LINE_START = re.compile(r"^[^\S\n]*", re.MULTILINE)


class PartKind(StrEnum):
    """The kinds of parts."""

    SECTION = "definition"
    FIELD = "field"
    OPERATION = "operation"
    PARAMETER = "parameter"


class Role(StrEnum):
    """What a paragraph of a part is about."""

    TEXT = "text"
    ANNOTATION = "annotation"
    TYPE_TEXT = "text of the type"
    ADDITION = "addition by hand"


class Range(Struct, frozen=True, kw_only=True):
    """A range of characters of a page."""

    start: int
    end: int


class Paragraph(Struct, frozen=True, kw_only=True):
    """A paragraph of a part, with its range and its text without the indentation of its lines.

    `group` numbers the comment, or the run of text between comments, that it stands in.
    """

    start: int
    end: int
    text: str
    role: Role
    group: int

    @property
    def folded_text(self) -> str:
        """The paragraph without white space, markup and case."""
        return fold_english(self.text)


class BulletPlace(Struct, frozen=True, kw_only=True):
    """The places of name, type and required mark in the line of a bullet or row.

    An optional one has an empty mark where it would stand.
    """

    line: Range
    type: Range
    mark: Range
    required: bool
    type_name: TypeName
    lead: str = ""


class PartKey(NamedTuple):
    """What tells the parts of a list apart."""

    kind: PartKind
    name: str


class PagePart(Struct, kw_only=True):
    """A definition, field, operation or parameter of a page.

    `start` is where its comment begins if that stands before it, and `end` the end of its last
    line. `head` is the offset of its bullet or heading, and
    `owner` the name of the definition or operation around it. `neighbours` says that its comment has the
    English of other parts too. A `broken` part cannot be read as one of the layout.
    `english_annotations` are those of its comment, None where the comment has none.
    """

    kind: PartKind
    name: str
    owner: str = ""
    start: int
    head: int
    end: int
    body: int
    bullet: BulletPlace | None = None
    english_bullet: BulletPlace | None = None
    english_extent: Range | None = None
    title: Range | None = None
    title_text: str = ""
    english_title: Range | None = None
    annotations: Annotations = Annotations()
    english_annotations: Annotations | None = None
    english: list[Paragraph] = field(default_factory=list)
    translated: list[Paragraph] = field(default_factory=list)
    children: list[PagePart] = field(default_factory=list)
    rule: int = 0
    fixed: bool = False
    has_neighbours: bool = False
    broken: bool = False
    responses: list[ResponseLine] = field(default_factory=list)

    @property
    def key(self) -> PartKey:
        """Its kind and its name."""
        return PartKey(self.kind, self.name)

    @property
    def has_english(self) -> bool:
        """Whether the page has the English of this part in a comment."""
        return bool(self.english)

    def end_of_text(self, body: int) -> int:
        """Return the end of its last paragraph, or of its bullet or heading without one."""
        ends = [body, *(paragraph.end for paragraph in self.translated)]
        return max(ends)

    def english_of(self, role: Role) -> list[Paragraph]:
        """Return the English paragraphs of a role."""
        return [paragraph for paragraph in self.english if paragraph.role is role]

    def translated_of(self, role: Role) -> list[Paragraph]:
        """Return the paragraphs of a role in the language of the page."""
        return [paragraph for paragraph in self.translated if paragraph.role is role]


class ResponseLine(Struct, frozen=True, kw_only=True):
    """A response of an operation with its line."""

    status: str
    line: Range


class PageParts(Struct, frozen=True, kw_only=True):
    """The parts of a page in order.

    `comments` are the ranges of its comments, with the marks around them.
    """

    text: str
    parts: tuple[PagePart, ...]
    comments: tuple[Range, ...]
    front_matter: Range
    front_comment: Range | None

    def walk(self) -> Iterator[PagePart]:
        """Yield all parts in order."""
        for part in self.parts:
            yield part
            yield from part.children


def fold_english(text: str) -> str:
    """Normalize English without white space, case, anchors, asterisks and its last full stop."""
    return _fold_markup_and_anchors(text).rstrip(".")


def _fold_markup_and_anchors(text: str) -> str:
    return fold_markup(_ANCHOR.sub("", text).replace("\\", "").replace("*", ""))


def fold_paragraphs(paragraphs: Sequence[Paragraph]) -> str:
    """Join the normalized paragraphs of a text, for comparison, without its last full stop."""
    return "".join(_fold_markup_and_anchors(paragraph.text) for paragraph in paragraphs).rstrip(".")


def remove_indent(text: str, first_indent: int) -> str:
    """Remove the common indentation of the lines of a text.

    The first line is without its own indentation, which is `first_indent` wide.
    """
    lines = text.split("\n")
    indents = [len(line) - len(line.lstrip(" ")) for line in lines[1:] if line.strip()]
    common = min([first_indent, *indents])
    return "\n".join([lines[0].strip(" "), *(line[common:].rstrip() for line in lines[1:])])


def split_paragraphs(text: str, start: int, end: int) -> Iterator[Range]:
    """Yield the ranges of the paragraphs between two offsets."""
    at = start
    for blank in [*_BLANK_LINE.finditer(text, start, end), None]:
        stop = blank.start() if blank is not None else end
        piece = text[at:stop]
        if piece.strip():
            begin = at + len(piece) - len(piece.lstrip())
            yield Range(start=begin, end=at + len(piece.rstrip()))
        at = blank.end() if blank is not None else end


def skip_anchor(text: str, start: int, end: int) -> int:
    """Return the offset behind the anchor of a type at the start of a paragraph."""
    if (anchor := _ANCHOR.match(text, start, end)) is None:
        return start
    behind = anchor.end()
    while behind < end and text[behind].isspace():
        behind += 1
    return behind


def line_start(text: str, at: int) -> int:
    """Return the offset of the start of a line."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Return the offset of the end of a line, before its break."""
    end = text.find("\n", at)
    if end >= 0:
        return end
    return len(text)


def end_of_blank_lines(text: str, at: int) -> int:
    """Return the start of the next line with a text, or the end."""
    while at < len(text) and text[at].isspace():
        at += 1
    if at < len(text):
        return line_start(text, at)
    return at
