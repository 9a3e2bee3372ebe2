"""How great the values of a schema can be, and how often each can stand in an object: what an estimate of costs starts from.

(k8s.io/apiserver/pkg/cel/common/schemas.go `SchemaDeclType`, and `CELSchemaContext` of k8s.io/apiextensions-apiserver)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from codegen.model import Array, Definition, Field, Lost, Map, Scalar, Type, kubernetes
from codegen.outputs.python.runtime.cel_schemas import escaped
from codegen.outputs.python.runtime.predicates import is_number

MOST = 2**64 - 1
_REQUEST = 3 * 1024 * 1024  # bytes of the greatest request
_BYTES = 4  # of a character, at most
_NUMBER, _TEXT, _BOOLEAN = 1, 2, 4  # bytes of the shortest values in JSON
# kind, greatest size and shortest JSON of formats that are no strings in CEL
_FORMATS = {"duration": ("duration", 32, 3), "date": ("timestamp", 12, 12), "date-time": ("timestamp", 32, 21)}
_SCALARS = {"boolean": ("bool", _BOOLEAN), "number": ("double", _NUMBER), "integer": ("int", _NUMBER)}
_LIMITS = ("maxItems", "maxLength", "maxProperties")
_META = ("name", "generateName")


class Shape(Struct, frozen=True, kw_only=True):
    """The values of one schema: the kind in words of CEL, the greatest size, and the shortest JSON in bytes.

    `of` is the shape of items or values, `fields` have their names in expressions.
    """

    kind: str
    most: int = 0
    least: int = _TEXT
    fields: Mapping[str, Shape] = field(default_factory=dict)
    of: Shape | None = None

    def at(self, path: tuple[str, ...]) -> Shape | None:
        """The shape at the end of a path of fields, `@items`, `@values` and `@keys`."""
        shape: Shape | None = self
        for name in path:
            if shape is None:
                return None
            if name in ("@items", "@values"):
                shape = shape.of
            elif name == "@keys":
                shape = _KEY if shape.kind == "map" else None
            else:
                shape = shape.fields.get(name)
        return shape


class Placed(Struct, frozen=True, kw_only=True):
    """A shape where it stands, and how often an object can have it there: None where nothing limits that."""

    shape: Shape
    times: int | None

    @property
    def cardinality(self) -> int:
        """The greatest number of such values in one object."""
        return _REQUEST // (self.shape.least + 1) if self.times is None else self.times


_STRING = Shape(kind="string", most=_REQUEST - 2)
_KEY = Shape(kind="string")


def shapes_of(definition: Definition) -> dict[str, Placed]:
    """The shape of a custom resource and of each part of it that rules can see, by the ids that rules have (`PlacedRule.id`)."""
    reader = _Reader(definition.key)
    root = reader.of_fields(definition.fields, "", 1, root=True)
    return {definition.key: Placed(shape=root, times=1), **reader.found}


class _Reader:
    def __init__(self, key: str) -> None:
        self._key = key
        self.found: dict[str, Placed] = {}

    def of_fields(self, fields: tuple[Field, ...], above: str, times: int | None, *, root: bool) -> Shape:
        known: dict[str, Shape] = {}
        least = _TEXT
        for each in fields:
            shape = self._level(each.type, "", each, f"{above}{each.name}", times)
            if shape is None:
                continue
            if (own := escaped(each.name)) is not None:
                known[own] = shape
            if each.required and "default" not in _words(each, ""):
                least += len(each.name.encode()) + shape.least + 4
        if root:
            metadata = Shape(kind="object", fields=dict.fromkeys(_META, _STRING))
            known |= {"apiVersion": _STRING, "kind": _STRING, "metadata": metadata}
        return Shape(kind="object", least=least, fields=known)

    def _level(self, of: Type, inside: str, field: Field, path: str, times: int | None) -> Shape | None:
        """The shape of a value at one level of lists and maps; None for one that rules do not see."""
        words = _words(field, inside)
        shape: Shape | None = None
        match of:
            case Lost(known=known):
                return self._level(known, inside, field, path, times)
            case Array(items=inner):
                shape = self._many("list", 1, self._inner(inner, f"{inside}[]", field, path, times, words))
            case Map(values=inner):
                values = self._inner(inner, f"{inside}{{}}", field, path, times, words, "maxProperties")
                shape = self._many("map", 6, values)
            case Scalar(type="object"):
                shape = self.of_fields(field.fields, f"{path}.", times, root=kubernetes.EMBEDDED in words)
            case Scalar() as scalar:
                shape = _scalar(scalar, words)
        if shape is not None:
            self.found[f"{self._key}#{path}{inside}"] = Placed(shape=shape, times=times)
        return shape

    def _inner(
        self,
        of: Type,
        inside: str,
        field: Field,
        path: str,
        times: int | None,
        words: Mapping[str, Any],
        limit: str = "maxItems",
    ) -> tuple[Shape | None, int | None]:
        """The shape of items or values, and the number of these in one list or map, if that is limited."""
        most = max(0, int(words[limit])) if limit in words else None
        below = None if times is None or most is None else min(times * most, MOST)
        return self._level(of, inside, field, path, below), most

    def _many(self, kind: str, extra: int, inner: tuple[Shape | None, int | None]) -> Shape | None:
        shape, most = inner
        if shape is None:
            return None
        return Shape(kind=kind, most=(_REQUEST - 2) // (shape.least + extra) if most is None else most, of=shape)


def _scalar(scalar: Scalar, words: Mapping[str, Any]) -> Shape | None:
    if scalar.type in _SCALARS:
        kind, least = _SCALARS[scalar.type]
        return Shape(kind=kind, least=least)
    if scalar.format == "int-or-string":
        return Shape(kind="dyn", most=_longest(words) or _REQUEST - 2, least=_NUMBER)
    if scalar.type != "string":
        return None
    if scalar.format in _FORMATS:
        kind, most, least = _FORMATS[scalar.format]
        return Shape(kind=kind, most=most, least=least)
    if scalar.format == "byte":
        return Shape(kind="bytes", most=max(0, int(words.get("maxLength", _REQUEST - 2))))
    longest = _longest(words)
    if longest is None:
        longest = max((len(value.encode()) for value in scalar.enum), default=_REQUEST - 2)
    return Shape(kind="string", most=longest)


def _longest(words: Mapping[str, Any]) -> int | None:
    return max(0, int(words["maxLength"])) * _BYTES if "maxLength" in words else None


def _words(field: Field, inside: str) -> dict[str, Any]:
    """What costs depend on. A limit that is no number limits nothing, as the checks of the schema say too."""
    words = {
        each.name: json.loads(each.value)
        for each in field.keywords
        if each.inside == inside and each.name in (*_LIMITS, "default", kubernetes.EMBEDDED)
    }
    return {name: value for name, value in words.items() if name not in _LIMITS or is_number(value)}
