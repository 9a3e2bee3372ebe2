"""A JSON document of which only the part that patterns choose is kept while it is read: most is passed over, and takes no memory.

What is read of it afterwards is what would be read of the whole. Beside the part there are the names of all definitions, by which places
are found, and of the parameters of the other operations what decides which are common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from codegen.core.source import Source
from codegen.model.selection import Pattern
from codegen.readers.documents.api_document import UNREADABLE, ApiDocument
from codegen.readers.documents.pieces import Pieces, Section
from codegen.readers.openapi.part import SECTIONS, Choice, Part, at, is_a_part, reached
from codegen.readers.openapi.root import METHODS, PATH
from codegen.readers.openapi.unnamed import is_unnamed, writes_out_objects
from codegen.readers.shared.signs import looks_like_json

_PATHS = ("paths",)
_VERSIONS = frozenset(("swagger", "openapi"))
_PASSED: Mapping[str, Any] = MappingProxyType({})  # a definition that nobody wants
_ENOUGH = 2  # operations with the same parameters: a third one makes none of them more common


def sifted(source: Source, patterns: Sequence[Pattern]) -> tuple[ApiDocument, Part] | None:
    """The document, and the part of it that patterns choose; None where the whole has to be kept.

    So it has for what `part_of` says, for what is not JSON or has something to be told, and for objects that are written out where no
    field holds them: these are named after what else there is.
    """
    if not is_a_part(patterns) or not looks_like_json(source):
        return None
    try:
        return _Sieve(Pieces(source.data, (*SECTIONS, _PATHS)), Choice(patterns)).document(source)
    except UNREADABLE:
        return None


class _Sieve:
    def __init__(self, pieces: Pieces, choice: Choice) -> None:
        self._pieces = pieces
        self._choice = choice
        self._section: Section = ()
        self._schemas: dict[str, Any] = {}  # those that are needed, as far as they have been read
        self._chosen: list[tuple[str, str]] = []
        self._needed: list[Any] = []
        self._numbers: dict[Any, int] = {}  # of lists of parameters
        # How many operations have a list of the one number above them, and of the other of their own.
        self._times: Counter[tuple[int, int]] = Counter()

    def document(self, source: Source) -> tuple[ApiDocument, Part] | None:
        """See `sifted`."""
        data, pieces = self._pieces.data, self._pieces
        sections = [section for section in SECTIONS if at(data, section) is not None]
        if len(sections) != 1 or {*sections, _PATHS} != set(pieces.found) or _VERSIONS.isdisjoint(data):
            return None
        (self._section,) = sections
        if writes_out_objects(data) or not (self._read_definitions() and self._read_paths()):
            return None
        if not self._choice.is_complete or not pieces.is_clean:
            return None
        roots = list(self._schemas)
        names = pieces.names(self._section)
        needed = [*self._schemas.values(), *self._needed]
        keys = frozenset((*roots, *reached(names, self._schema_of, self._at, needed)))
        at(data, self._section).update((key, self._schemas.get(key, _PASSED)) for key in names)
        return ApiDocument(source, data), Part(keys=keys, operations=frozenset(self._chosen))

    def _read_definitions(self) -> bool:
        for key, schema in self._pieces.read(self._section):
            if not isinstance(schema, dict):
                continue
            if is_unnamed(schema):
                return False
            if self._choice.takes(key, schema):
                self._schemas[key] = schema
        return True

    def _read_paths(self) -> bool:
        kept = self._pieces.data["paths"]
        for path, item in self._pieces.read(_PATHS):
            if not isinstance(item, dict):
                kept[path] = item
                continue
            if self._pieces.says(b'"properties"') and writes_out_objects({"paths": {path: item}}):
                return False
            rest = self._rest(path, item)
            if rest.keys() - {"parameters"}:
                kept[path] = rest
        return True

    def _rest(self, path: str, item: dict[str, Any]) -> dict[str, Any]:
        """What is kept of a path: the operations that are chosen, the parameters of the others, and what else is said of it."""
        above = item.get("parameters")
        number, is_read = self._number(above), PATH.match(path) is not None
        rest: dict[str, Any] = {}
        for word, value in item.items():
            if word not in METHODS or type(value) is not dict:
                rest[word] = value
            elif self._choice.takes_operation(value):
                rest[word] = value
                self._chosen.append((path, word))
                self._needed += [above, value]
            elif is_read and self._is_new(number, own := value.get("parameters")):
                rest[word] = {"parameters": own}
        return rest

    def _is_new(self, above: int, own: Any) -> bool:
        """Whether parameters may say something that those of other operations have not said."""
        pair = (above, self._number(own))
        self._times[pair] += 1
        return self._times[pair] <= _ENOUGH

    def _number(self, parameters: Any) -> int:
        """A number for all parameters that are written alike; one of their own for those that have schemas, which are not compared."""
        if parameters is None:
            return -1
        count = len(self._numbers)
        try:
            return self._numbers.setdefault(_alike(parameters), count)
        except TypeError:
            return self._numbers.setdefault(count, count)

    def _schema_of(self, key: str) -> Any:
        if key not in self._schemas:
            self._schemas[key] = self._pieces.member(self._section, key)
        return self._schemas[key]

    def _at(self, steps: Sequence[str]) -> Any:
        for section in self._pieces.found:
            inside = steps[len(section) :]
            if inside and tuple(steps[: len(section)]) == section and inside[0] in self._pieces.names(section):
                return at(self._pieces.member(section, inside[0]), inside[1:])
        return at(self._pieces.data, steps)


def _alike(parameters: Any) -> Any:
    """What is the same for parameters that are written alike; it cannot be hashed where they have schemas of their own."""
    found: list[Any] = []
    if type(parameters) is not list:
        return ()  # whatever that is: of an operation that nobody wants it is not told
    for each in parameters:
        if type(each) is not dict:
            found.append(each)
        elif "$ref" in each:
            found.append(target if type(target := each["$ref"]) is str else None)
        elif "in" in each and each["in"] != "body" and (each["in"] != "path" or each.get("name") != "name"):
            found.append(tuple(each.items()))
    return tuple(found)
