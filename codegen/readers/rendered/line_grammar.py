"""Lines of copied text that are told by the words of a language, such as fields and parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product

from codegen.core.locales import Locale
from codegen.readers.rendered.copied_lines import Line
from codegen.readers.shared.tokens import WRAPPERS, match_any

_TYPE = rf"{WRAPPERS}\s*+(?P<word>[A-Za-z][\w.-]*+)"
_FIELD_NAME = r"(?P<name>[$A-Za-z_][\w.$-]*+)"
# Some translators write a second word, as in `kind: Plot list`.
_VALUE = re.compile(r"(?P<name>apiVersion|kind)\s*+(?P<rest>[:：]\s*+\S++(?: \S{1,20})?+)")
# A parameter with an unknown place, which a reader reports.
_ANY_PLACE = re.compile(
    rf"{_FIELD_NAME}\s*+(?P<rest>[(（][^()（）]{{1,40}}[)）]\s*+[:：]\s*+{_TYPE}.{{0,20}})"
)
_RESPONSE_TYPE = re.compile(rf"(?:[1-5]\d\d|default)\s*+[(（]\s*+{_TYPE}\s*+[)）]")
_CELL_NAME = re.compile(rf"{_FIELD_NAME}\s*+[*＊]?")
_ARRAY = re.compile(r"([A-Z][\w.]*+)(?: array)++")
# The line of a type has one word, or the words of an array. The note of a patch strategy has a colon.
_TYPE_OR_NOTE = re.compile(
    r"[^\s.。，、]\S*+(?: [^\s.。，、]+)?(?: array)*+|[^:：]{1,40}[:：][^.。]{1,80}"
)
_HEADS = ("field", "name", "type", "description", "status", "response")
_TABLES = (
    ("field", "description"),
    ("name", "type", "description"),
    ("status", "description", "response"),
)
_LONGEST_HEAD = 200  # characters of the head of a table


class LineGrammar:
    """The expressions for lines in the words of a language.

    A match has the name in `name`, and all that is behind it in `rest`.
    """

    def __init__(self, locale: Locale) -> None:
        words = locale.spellings
        self.spellings = words
        required = rf"(?:\s*+[,，、]\s*+(?:{match_any(*words['required'])}))?"
        self.required_alone = re.compile(rf"[,，、]\s*+(?:{match_any(*words['required'])})")
        places = match_any(*words["in_path"], *words["in_query"], *words["in_header"])
        body = match_any(*words["body"])
        typed = rf"[(（]\s*+{_TYPE}\s*+[)）]{required}"
        self.field = re.compile(rf"{_FIELD_NAME}\*?+\s*+(?P<rest>{typed})")
        self.type_alone = re.compile(typed)
        self.described_field = re.compile(rf"{_FIELD_NAME}\s*+(?P<rest>{typed}\s++\S.*)")
        # what is odd behind the place, such as a missing type, is reported by its reader
        self.parameter = re.compile(
            rf"{_FIELD_NAME}\s*+(?P<rest>[(（]?+[\s*_]*+(?:{places})[\s*_)）]*+[:：].*)"
        )
        self.body = re.compile(rf"(?P<name>{body})\s*+(?P<rest>[:：]\s*+{_TYPE}{required})")
        self.heads = {spelling.casefold() for word in _HEADS for spelling in words[f"head_{word}"]}
        self.head_words = [
            tuple(spelling.casefold() for spelling in spellings)
            for table in _TABLES
            for spellings in product(*(words[f"head_{word}"] for word in table))
        ]
        self.flat_heads = {blank.join(head) for head in self.head_words for blank in ("", " ")}

    def means(self, text: str, word: str) -> bool:
        """Return whether a text is a spelling of a word of the layouts."""
        plain = text.casefold()
        return any(plain == spelling.casefold() for spelling in self.spellings[word])

    def match_field(self, text: str) -> re.Match[str] | None:
        """Match a field with its type, or with its value."""
        return self.field.fullmatch(text) or _VALUE.fullmatch(text)

    def match_parameter(self, text: str) -> re.Match[str] | None:
        """Match a parameter, or the body of a request."""
        return (
            self.parameter.fullmatch(text)
            or self.body.fullmatch(text)
            or _ANY_PLACE.fullmatch(text)
        )

    def is_table_head(self, line: Line) -> bool:
        """Return whether a line is the head of a table."""
        if "\t" not in line.raw or len(line.raw) > _LONGEST_HEAD:
            return False
        cells = line.cells()
        if len(cells) not in (2, 3):
            return False
        return self.heads.issuperset(cell.casefold() for cell in cells)

    def is_head_without_tabs(self, line: Line, below: Line | None) -> bool:
        """Return whether a line is the head of a table whose columns are apart by blanks, or its
        first word, with the second one in the next line that is not empty.
        """
        if "\t" in line.raw or len(line.raw) > _LONGEST_HEAD:
            return False
        words = line.text.casefold()
        if words in self.flat_heads:
            return True
        below_words = below.text.casefold() if below is not None and "\t" not in below.raw else ""
        return any(words == head[0] and below_words == head[1] for head in self.head_words)

    def find_type_names(self, lines: Iterable[Line]) -> frozenset[str]:
        """Return the names of the types of all fields and responses."""
        names: set[str] = set()
        for line in lines:
            for pattern in (self.field, self.body, _RESPONSE_TYPE):
                if typed := pattern.match(line.text):
                    names.add(typed["word"])
            if array := _ARRAY.fullmatch(line.text):
                names.add(array[1])
            if "\t" in line.raw:
                names.update(_find_type_cells(line))
        return frozenset(names)


def _find_type_cells(line: Line) -> Iterable[str]:
    """Yield the first word of each cell that may be a type, such as `Bed array`."""
    for cell in line.cells():
        words = cell.split()
        if len(words) == 1 or words[1:] == ["array"]:
            yield words[0]


def is_cell_name(text: str) -> bool:
    """Return whether a line is the name of a field in a cell, with its mark."""
    return _CELL_NAME.fullmatch(text) is not None


def is_type_or_note(text: str) -> bool:
    """Return whether a line below the name of a field may be its type, or its patch strategy."""
    return _TYPE_OR_NOTE.fullmatch(text) is not None
