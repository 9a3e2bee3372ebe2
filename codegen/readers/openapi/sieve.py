"""A JSON document of which only the part that patterns choose is kept while it is read: most is passed over, and takes no memory.

What is read of it afterwards is what would be read of the whole. Beside the part there are the names of all definitions, by which places
are found, and of the parameters of the other operations what decides which are common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, defstruct, field
from msgspec.structs import astuple

from codegen.core.source import Source
from codegen.model.selection import Pattern
from codegen.readers.documents.api_document import UNREADABLE, ApiDocument
from codegen.readers.documents.pieces import Pieces, Section
from codegen.readers.openapi.keywords import null_is_usual
from codegen.readers.openapi.part import SECTIONS, Choice, Part, at, is_a_part, reached
from codegen.readers.openapi.root import GVK, METHODS, PATH
from codegen.readers.openapi.unnamed import is_unnamed, writes_out_objects
from codegen.readers.shared.signs import looks_like_json

_T = TypeVar("_T")
_PATHS = ("paths",)
_VERSIONS = frozenset(("swagger", "openapi"))
_PASSED: Mapping[str, Any] = MappingProxyType({})  # a definition that nobody wants
_PROPERTIES = b'"properties"'
_NOTHING = Raw(b"")
_ENOUGH = 2  # operations with the same parameters: a third one makes none of them more common


def sifted(source: Source, patterns: Sequence[Pattern]) -> tuple[ApiDocument, Part] | None:
    """The document, and the part of it that patterns choose; None where the whole has to be kept.

    So it has for what `part_of` says, for what is not JSON or has something to be told, where all optional fields of the part allow null,
    and for objects that are written out where no field holds them: these are named after what else there is.
    """
    if not is_a_part(patterns) or not looks_like_json(source):
        return None
    try:
        return _Sieve(Pieces(source.data, (*SECTIONS, _PATHS)), Choice(patterns)).document(source)
    except UNREADABLE:
        return None


_NO_OBJECT = list[Any] | str | int | float | bool | None


class _Signs(Struct):
    """What decides whether a definition is wanted, and whether objects are written out in it that need a name."""

    gvk: Any = field(name=GVK, default=None)
    properties: Raw = _NOTHING
    all_of: Raw = field(name="allOf", default=_NOTHING)

    def has_fields(self) -> bool:
        """Whether a definition certainly has fields of its own."""
        written = bytes(self.properties)
        return self.all_of is not _NOTHING or (written.startswith(b"{") and b'"' in written)


class _Operation(Struct):
    """What decides whether an operation is wanted, and what is needed of one that is not."""

    gvk: Raw = field(name=GVK, default=_NOTHING)
    parameters: Raw = _NOTHING


# A path that has operations, and no words of its own.
_Path = defstruct(
    "_Path",
    [*((method, _Operation | UnsetType, UNSET) for method in METHODS), ("parameters", Raw, _NOTHING)],
    forbid_unknown_fields=True,
)


class _ByLetters(dict[bytes, _T]):
    """What is made of a value that is not read yet; once for all that are written with the same letters."""

    def __init__(self, made: Callable[[Any], _T]) -> None:
        self._made = made

    def __missing__(self, letters: bytes) -> _T:
        found = self[letters] = self._made(_read(letters))
        return found


class _Sieve:
    def __init__(self, pieces: Pieces, choice: Choice) -> None:
        self._pieces = pieces
        self._choice = choice
        self._section: Section = ()
        self._schemas: dict[str, Any] = {}  # those that are needed, as far as they have been read
        self._chosen: list[tuple[str, str]] = []
        self._needed: list[Any] = []
        self._numbers: dict[Any, int] = {}  # of lists of parameters
        self._by_letters = _ByLetters(self._number)
        self._takes = _ByLetters(choice.takes_operation)
        self._is_read = PATH.match
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
        if not self._choice.is_complete:
            return None
        roots = list(self._schemas)
        names = pieces.names(self._section)
        needed = [*self._schemas.values(), *self._needed]
        keys = frozenset((*roots, *reached(names, self._schema_of, self._at, needed)))
        if null_is_usual(self._schemas.values()):  # which all others decide
            return None
        at(data, self._section).update((key, self._schemas.get(key, _PASSED)) for key in names)
        return ApiDocument(source, data), Part(keys=keys, operations=frozenset(self._chosen))

    def _read_definitions(self) -> bool:
        read = msgspec.json.Decoder(_Signs | _NO_OBJECT).decode
        for key, written in self._pieces.written(self._section):
            signs = read(written)
            if type(signs) is not _Signs:
                continue
            if not signs.has_fields() and is_unnamed(self._pieces.member(self._section, key)):
                return False
            if self._choice.takes(key, signs.gvk):
                self._schema_of(key)
        return True

    def _read_paths(self) -> bool:
        kept = self._pieces.data["paths"]
        read = msgspec.json.Decoder(_Path).decode
        # Asked of all of them at once: most documents have neither a sign nor a backslash there.
        is_plain = not any(self._pieces.says(_PATHS, word) for word in (_PROPERTIES, b"\\"))
        for path, written in self._pieces.written(_PATHS):
            try:
                operations = astuple(read(written))
            except msgspec.ValidationError:
                operations = ()
            is_passed = operations and not self._is_wanted(operations)
            if is_passed and (is_plain or not _may_write_out(bytes(written))):
                rest = self._parameters(path, operations)
            elif not isinstance(whole := self._pieces.member(_PATHS, path), dict):
                rest = whole
            elif writes_out_objects({"paths": {path: whole}}):
                return False
            else:
                rest = self._rest(path, whole)
            if rest:
                kept[path] = rest
        return True

    def _is_wanted(self, operations: Sequence[Any]) -> bool:
        """Whether one of the operations of a path is chosen."""
        takes = self._takes
        return any(takes[bytes(each.gvk)] for each in operations if type(each) is _Operation)

    def _parameters(self, path: str, operations: Sequence[Any]) -> dict[str, Any]:
        """What is kept of a path of which nothing is wanted: the parameters of its operations."""
        rest: dict[str, Any] = {}
        if self._is_read(path) is None:
            return rest
        numbers = self._by_letters
        above = numbers[bytes(operations[-1])]
        for method, operation in zip(METHODS, operations, strict=False):
            if operation is not UNSET and self._is_new(above, numbers[bytes(operation.parameters)]):
                rest[method] = {"parameters": _read(operation.parameters)}
        return {"parameters": _read(operations[-1]), **rest} if rest else rest

    def _rest(self, path: str, item: dict[str, Any]) -> dict[str, Any]:
        """What is kept of a path: the operations that are chosen, the parameters of the others, and what else is said of it."""
        above = item.get("parameters")
        number, is_read = self._number(above), self._is_read(path) is not None
        rest: dict[str, Any] = {}
        for word, value in item.items():
            if word not in METHODS or type(value) is not dict:
                rest[word] = value
            elif self._choice.takes_operation(value.get(GVK)):
                rest[word] = value
                self._chosen.append((path, word))
                self._needed += [above, value]
            elif is_read and self._is_new(number, self._number(own := value.get("parameters"))):
                rest[word] = {"parameters": own}
        return rest if rest.keys() - {"parameters"} else {}

    def _is_new(self, above: int, own: int) -> bool:
        """Whether parameters may say something that those of other operations have not said; the numbers are of such lists."""
        times = self._times[above, own] = self._times[above, own] + 1
        return times <= _ENOUGH

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


def _may_write_out(path: bytes) -> bool:
    """Whether an object may be written out in a path, perhaps with escapes in the word that says so."""
    return _PROPERTIES in path or b"\\u00" in path


def _read(written: Raw | bytes) -> Any:
    return msgspec.json.decode(written) if bytes(written) else None


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
