"""JSON of which a part is wanted, read member by member: what is passed over is looked at and forgotten, and takes no memory.

All of it is parsed. That no key stands twice is proven, as for a document that is kept whole, of all that is given whole, and of the
names of members; of what is passed over nothing is told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import islice
from typing import Any

import msgspec

from codegen.readers.documents.api_document import keeps_all_keys

Section = tuple[str, ...]
_Members = dict[str, msgspec.Raw]
_NAME = re.compile(rb'\s*+(?:,\s*+)?"([^"\\]*+)"\s*+:\s*+')
_OPEN = re.compile(rb"\s*+:\s*+\{")
_CLOSE = re.compile(rb"\s*+\}")


class Pieces:
    """A JSON object whose `sections`, each named by one step or two, are read member by member.

    `data` is the object with these sections empty. Raises one of `api_document.UNREADABLE`, here or where members are read.
    """

    def __init__(self, written: bytes, sections: Collection[Section]) -> None:
        self._written = written
        self._decode = msgspec.json.Decoder().decode
        self._encode_into = msgspec.json.Encoder().encode_into
        self._text = bytearray()  # what was read last, as this library writes it
        self._raw: dict[Section, _Members] = {}
        self._places: dict[Section, tuple[int, int]] = {}
        self.data: dict[str, Any] = {}
        top = msgspec.json.decode(written, type=dict[str, _Members | list[Any] | str | int | float | bool | None])
        for name, value in top.items():
            if type(value) is not dict:
                self.data[name] = value
            elif (name,) in sections:
                self.data[name] = {}
                self._raw[name,] = value
            else:
                self.data[name] = {key: self._inner((name, key), raw, sections) for key, raw in value.items()}
        self._prove(self.data, self._beside())

    def _inner(self, section: Section, raw: msgspec.Raw, sections: Collection[Section]) -> Any:
        if section not in sections or bytes(memoryview(raw)[:1]) != b"{":
            return self._decode(raw)
        self._raw[section] = msgspec.json.decode(raw, type=_Members)
        return {}

    @property
    def found(self) -> Collection[Section]:
        """The sections that there are, as objects."""
        return self._raw.keys()

    def names(self, section: Section) -> Collection[str]:
        """The names of the members of a section, in the order of the document."""
        return self._raw[section].keys()

    def written(self, section: Section) -> Iterable[tuple[str, msgspec.Raw]]:
        """The name of each member of a section, and how it is written."""
        return self._raw[section].items()

    def says(self, section: Section, word: bytes) -> bool:
        """Whether this is written anywhere in a section."""
        # It is looked for backwards: that search skips letters that are not in it.
        return self._written.rfind(word, *self._places[section]) >= 0

    def member(self, section: Section, name: str) -> Any:
        """One member, whole."""
        raw = self._raw[section][name]
        value = self._decode(raw)
        self._prove(value, bytes(raw))
        return value

    def _prove(self, value: Any, written: bytes) -> None:
        """See that no key stands twice in what was read of this text."""
        self._encode_into(value, self._text)
        if not keeps_all_keys(written, self._text.count(b'"')):
            raise ValueError("a key stands twice")

    def _beside(self) -> bytes:
        """What is written beside the members of sections: between them there is nothing but their names, and none is lost."""
        beside = []
        at = 0
        for section, members in self._raw.items():
            begin, end = self._places[section] = self._place(section[-1], members, at)
            beside.append(self._written[at:begin])
            at = end
        return b"".join([*beside, self._written[at:]])

    def _place(self, name: str, members: _Members, at: int) -> tuple[int, int]:
        """Where the members of a section stand. If the same stands elsewhere too, it is no matter which of them is meant."""
        word, written = f'"{name}"'.encode(), self._written
        first = [(key.encode(), bytes(raw)) for key, raw in islice(members.items(), 1)]
        while (at := written.find(word, at)) >= 0:
            at += len(word)
            opened = _OPEN.match(written, at)
            if opened and (begin := self._behind(first, opened.end())) >= 0:
                end = self._behind(((key.encode(), bytes(raw)) for key, raw in islice(members.items(), 1, None)), begin)
                if end >= 0 and _CLOSE.match(written, end):
                    return opened.end(), end
                if members:
                    break
        raise ValueError("a name of a member stands twice")

    def _behind(self, members: Iterable[tuple[bytes, bytes]], at: int) -> int:
        """The place behind members that stand from a place on, each behind the other; -1 if it is not these, with nothing between them."""
        written = self._written
        for name, value in members:
            found = _NAME.match(written, at)
            if found is None or found[1] != name or not written.startswith(value, found.end()):
                return -1
            at = found.end() + len(value)
        return at
