"""JSON of which a part is wanted, read member by member: what is passed over is looked at and forgotten, and takes no memory.

Nothing is taken on trust: all of it is parsed, and that no key stands twice is proven as for a document that is kept whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from codegen.readers.documents.api_document import keeps_all_keys

Section = tuple[str, ...]
_Members = dict[str, msgspec.Raw]


class Pieces:
    """A JSON object whose `sections`, each named by one step or two, are read member by member.

    `data` is the object with these sections empty. Raises one of `api_document.UNREADABLE`, here or where members are read.
    """

    def __init__(self, written: bytes, sections: Collection[Section]) -> None:
        self._written = written
        self._decode = msgspec.json.Decoder().decode
        self._encode_into = msgspec.json.Encoder().encode_into
        self._text = bytearray()  # the member that was read last, as this library writes it
        self._raw: dict[Section, _Members] = {}
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
        self._quotes = self._written_again([self.data, [list(members) for members in self._raw.values()]])

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

    def read(self, section: Section) -> Iterator[tuple[str, Any]]:
        """Each member of a section: its name, and a value that lives for as long as the caller keeps it. To be asked once for each section."""
        for name, raw in self._raw[section].items():
            value = self._decode(raw)
            self._quotes += self._written_again(value)
            yield name, value

    def says(self, word: bytes) -> bool:
        """Whether a string, key or value, stands in the member that was read last; it is given in its quotes."""
        return self._text.rfind(word) >= 0  # backwards: that search skips letters that are not in the word

    def member(self, section: Section, name: str) -> Any:
        """One member, read again."""
        return self._decode(self._raw[section][name])

    @property
    def is_clean(self) -> bool:
        """Whether no key stands twice in the whole document: known when all sections were read."""
        return keeps_all_keys(self._written, self._quotes)

    def _written_again(self, value: Any) -> int:
        """The quotes in a value as it is written again."""
        self._encode_into(value, self._text)
        return self._text.count(b'"')
