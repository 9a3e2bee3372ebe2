"""Constraints of schemas beyond types, such as patterns, bounds, lengths and choices.

Each keyword applies to values of one type, as in JSON Schema. Null in an object counts as absent,
since servers drop it. It is a value in the fields of `nulls`.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from codegen.kube.errors import (
    DICT,
    DUPLICATE,
    INVALID,
    LIST,
    REQUIRED,
    TOO_LONG,
    TOO_MANY,
    UNSUPPORTED,
    Errors,
    PathNode,
    json_type,
)
from codegen.kube.formats import FORMATS
from codegen.kube.patterns import compile_pattern, matches
from codegen.kube.primitives import Checker, Inside, find_repeated, is_whole

_Parts = list["Limits"]
_CHOICES: Final = ("allOf", "anyOf", "oneOf")
_TEXTS: Final = ("pattern", "format", "type")  # keywords whose strings are no JSON text
_LONGEST: Final = 300  # characters of a schema in a message


class _Test(NamedTuple):
    """The test of a keyword, with the code, message key and message values of its error."""

    holds: Callable[[Any], bool]
    code: str
    key: str
    values: dict[str, Any] | None


class Limits:
    """The constraints of one schema by keyword.

    Strings are the texts of `pattern`, `format` and `type`, and JSON text for all other keywords.
    """

    __slots__ = (
        "_all",
        "_inner",
        "_items",
        "_kinds",
        "_ready",
        "_tests",
        "_values",
        "_words",
    )

    def __init__(self, **words: object) -> None:
        # `not_`
        self._words = {name.removesuffix("_"): value for name, value in words.items()}
        if "pattern" in words:
            # a package without google-re2 fails when it is imported
            compile_pattern(words["pattern"])
        self._ready = False  # the tests are built for the first value
        self._tests: dict[str, list[_Test]] = {}  # by type of the value
        self._all: _Parts = []
        self._inner: dict[str, Limits] = {}
        self._items: Limits | None = None
        self._values: Limits | None = None
        self._kinds: frozenset[str] | None = None

    @classmethod
    def from_schema(cls, schema: "Mapping[str, object] | bool") -> "Limits":
        """Return the constraints of a schema in JSON. False allows no value."""
        if isinstance(schema, bool):
            schema = {} if schema else {"not": {}}
        words: dict[str, object] = {}
        for name, value in schema.items():
            if isinstance(value, str) and name not in _TEXTS:
                words[name] = json.dumps(value)
            else:
                words[name] = value
        return cls(**words)

    def holds(self, value: object) -> bool:
        """Return whether a JSON value satisfies the constraints."""
        errors: Errors = []
        self.find(value, None, errors)
        return not errors

    def find(self, value: Any, at: PathNode, errors: Errors) -> None:
        """Add the errors of a value."""
        if not self._ready:
            self._read()
        kind = json_type(value)
        if (
            self._kinds is not None
            and kind not in self._kinds
            and not ("integer" in self._kinds and is_whole(value))
        ):
            errors.append(
                (at, INVALID, "not_of_type", {"expected": tuple(sorted(self._kinds))})
            )
            return
        for test in self._tests.get(kind, ()):
            if not test.holds(value):
                _add_errors(test, value, at, errors)
        self._find_inside(kind, value, at, errors)
        for part in self._all:
            part.find(value, at, errors)

    def _find_inside(self, kind: str, value: Any, at: PathNode, errors: Errors) -> None:
        if kind == "object":
            for name, item in value.items():
                if item is None:
                    continue
                if name in self._inner:
                    self._inner[name].find(item, (at, name), errors)
                elif self._values is not None:
                    self._values.find(item, (at, (name,)), errors)
        elif kind == "array" and self._items is not None:
            for index, item in enumerate(value):
                self._items.find(item, (at, index), errors)

    def _read(self) -> None:
        """Build the tests of the keywords."""
        words: dict[str, Any] = {}
        for name, value in self._words.items():
            if isinstance(value, str) and name not in _TEXTS:
                words[name] = json.loads(value)
            else:
                words[name] = value
        for bound, exclusive in (
            ("minimum", "exclusiveMinimum"),
            ("maximum", "exclusiveMaximum"),
        ):
            if (
                isinstance(words.get(exclusive), bool)
                and words.pop(exclusive)
                and bound in words
            ):
                words[exclusive] = words.pop(bound)  # older drafts mark a bound
        for word, wanted in words.items():
            if word in _CHOICES or word == "not":
                self._choose(word, wanted)
            elif word == "enum":
                self._add(_KINDS, _enum_test(wanted))
            elif word == "const":
                self._add(_KINDS, _enum_test([wanted]))
            elif word == "required":
                self._add(("object",), _required_test(wanted, words.get("nulls", ())))
            elif word in _COUNTS and "nulls" in words:
                self._add(("object",), _count_test(word, wanted, words["nulls"]))
            elif word in _TEST_MAKERS:
                kinds, make = _TEST_MAKERS[word]
                self._add(kinds, make(wanted))
        self._read_inner(words)
        self._ready = True

    def _read_inner(self, words: dict[str, Any]) -> None:
        """Read the keywords of types, fields and items."""
        self._inner = {
            name: Limits.from_schema(schema)
            for name, schema in words.get("properties", {}).items()
        }
        if "items" in words:
            self._items = Limits.from_schema(words["items"])
        if isinstance(words.get("additionalProperties"), DICT):
            self._values = Limits.from_schema(words["additionalProperties"])
        if "type" in words:
            named = words["type"]
            if isinstance(named, str):
                named = [named]
            kinds: set[str] = set(named)
            if "number" in kinds:
                kinds.add("integer")
            if words.get("nullable") is True:
                kinds.add("null")
            self._kinds = frozenset(kinds)

    def _add(self, kinds: tuple[str, ...], test: _Test) -> None:
        for kind in kinds:
            self._tests.setdefault(kind, []).append(test)

    def _choose(self, word: str, wanted: Any) -> None:
        """Add a choice between schemas, or the negation of one."""
        schemas: list[dict[str, Any]] = wanted
        if word == "not":
            schemas = [wanted]
        parts = [Limits.from_schema(schema) for schema in schemas]
        if word == "allOf":
            self._all += parts
            return
        written = [_without_nulls(schema) for schema in schemas]
        of_fields_alone = all(
            isinstance(schema, DICT) and schema.keys() == {"required"}
            for schema in written
        )
        if of_fields_alone:
            key = _KEYS_OF_FIELDS[word]
            choices = "; ".join([", ".join(schema["required"]) for schema in written])
        else:
            key = _KEYS[word]
            choices = "; ".join(map(_to_json, written))
        if len(choices) > _LONGEST:
            choices = f"{choices[:_LONGEST]}..."
        test = _Test(_choice_test(word, parts), INVALID, key, {"choices": choices})
        self._add(_KINDS, test)


class Limited:
    """A checker together with constraints."""

    __slots__ = ("limits", "of")

    def __init__(self, of: Checker, limits: Limits) -> None:
        self.of = of
        self.limits = limits

    def find(self, value: object, at: PathNode, errors: Errors, inside: Inside) -> None:
        """Add the errors of the checker, or of the constraints if the type is right."""
        before = len(errors)
        self.of.find(value, at, errors, inside)
        if len(errors) == before:
            self.limits.find(value, at, errors)


def _add_errors(test: _Test, value: Any, at: PathNode, errors: Errors) -> None:
    """Add the errors of a value that does not pass a test."""
    if test.key == "required":
        for name in _missing_names(value, **(test.values or {})):
            errors.append(((at, name), test.code, test.key, None))
    elif test.key == "duplicate":
        for index in find_repeated(value):
            errors.append(((at, index), test.code, test.key, None))
    else:
        errors.append((at, test.code, test.key, test.values))


# The message of a choice, and of one between names of fields alone.
_KEYS: Final = {"anyOf": "any_of", "oneOf": "one_of", "not": "not"}
_KEYS_OF_FIELDS: Final = {
    "anyOf": "any_of_fields",
    "oneOf": "one_of_fields",
    "not": "not_fields",
}
_KINDS: Final = ("string", "integer", "number", "boolean", "object", "array", "null")
_NUMBERS: Final = ("integer", "number")


def _choice_test(word: str, parts: _Parts) -> Callable[[Any], bool]:
    if word == "not":
        return lambda value: not parts[0].holds(value)
    if word == "anyOf":
        return lambda value: any(part.holds(value) for part in parts)
    return lambda value: sum(part.holds(value) for part in parts) == 1


def _without_nulls(schema: Any) -> Any:
    """Return a schema as its document has it."""
    if not isinstance(schema, DICT):
        return schema
    return {word: value for word, value in schema.items() if word != "nulls"}


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _enum_test(values: list[Any]) -> _Test:
    def holds(value: Any) -> bool:
        return any(_is_equal(value, allowed) for allowed in values)

    expected = {"expected": tuple(map(_to_json, values))}
    return _Test(holds, UNSUPPORTED, "enum", expected)


def _is_equal(first: Any, second: Any) -> bool:
    """Return whether two JSON values are equal. Python takes true for 1, unlike JSON."""
    if isinstance(first, DICT) and isinstance(second, DICT):
        return first.keys() == second.keys() and all(
            _is_equal(item, second[name]) for name, item in first.items()
        )
    if isinstance(first, LIST) and isinstance(second, LIST):
        return len(first) == len(second) and all(map(_is_equal, first, second))
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    return bool(first == second)


def _is_multiple(value: object, of: object) -> bool:
    if isinstance(value, float) and not math.isfinite(value):
        return False
    from fractions import Fraction  # few numbers have to be multiples

    return not of or (Fraction(str(value)) / Fraction(str(of))).denominator == 1


def _pattern_test(text: str) -> _Test:
    def holds(value: Any) -> bool:
        return matches(text, value)

    return _Test(holds, INVALID, "pattern", {"pattern": f"'{text}'"})


def _format_test(name: str) -> _Test:
    return _Test(
        FORMATS.get(name, lambda _: True),
        INVALID,
        "of_format",
        {"format": f"'{name}'"},
    )


def _bound_test(
    key: str, holds: Callable[[Any, Any], bool], code: str = INVALID
) -> Callable[[Any], _Test]:
    def make_test(limit: Any) -> _Test:
        def is_within(value: Any) -> bool:
            return holds(value, limit)

        return _Test(is_within, code, key, {"limit": limit})

    return make_test


def _required_test(names: list[str], nulls: Iterable[str]) -> _Test:
    named = {"names": names, "nulls": frozenset(nulls)}

    def holds(value: Any) -> bool:
        return not _missing_names(value, **named)

    return _Test(holds, REQUIRED, "required", named)


def _missing_names(value: Any, names: Iterable[str], nulls: Iterable[str]) -> list[str]:
    return [
        name
        for name in names
        if value.get(name) is None and (name not in nulls or name not in value)
    ]


def _count_test(word: str, limit: int, nulls: Iterable[str]) -> _Test:
    """Return the test of the number of fields without those whose null servers drop."""
    kept = frozenset(nulls)

    def holds(value: Any) -> bool:
        count = 0
        for name, item in value.items():
            if item is not None or name in kept:
                count += 1
        if word == "minProperties":
            return count >= limit
        return count <= limit

    key, code = _COUNTS[word]
    return _Test(holds, code, key, {"limit": limit})


def _unique_test(wanted: object) -> _Test:
    def holds(value: Any) -> bool:
        return not wanted or not find_repeated(value)

    return _Test(holds, DUPLICATE, "duplicate", None)


_COUNTS: Final[Mapping[str, tuple[str, str]]] = {  # message keys and codes
    "minProperties": ("min_properties", INVALID),
    "maxProperties": ("max_properties", TOO_MANY),
}
_TEST_MAKERS: Final[Mapping[str, tuple[tuple[str, ...], Callable[[Any], _Test]]]] = {
    "pattern": (("string",), _pattern_test),
    "format": (("string",), _format_test),
    "minLength": (
        ("string",),
        _bound_test("min_length", lambda value, limit: len(value) >= limit),
    ),
    "maxLength": (
        ("string",),
        _bound_test("max_length", lambda value, limit: len(value) <= limit, TOO_LONG),
    ),
    "minimum": (_NUMBERS, _bound_test("minimum", lambda value, limit: value >= limit)),
    "maximum": (_NUMBERS, _bound_test("maximum", lambda value, limit: value <= limit)),
    "exclusiveMinimum": (
        _NUMBERS,
        _bound_test("exclusive_minimum", lambda value, limit: value > limit),
    ),
    "exclusiveMaximum": (
        _NUMBERS,
        _bound_test("exclusive_maximum", lambda value, limit: value < limit),
    ),
    "multipleOf": (_NUMBERS, _bound_test("multiple_of", _is_multiple)),
    "minItems": (
        ("array",),
        _bound_test("min_items", lambda value, limit: len(value) >= limit),
    ),
    "maxItems": (
        ("array",),
        _bound_test("max_items", lambda value, limit: len(value) <= limit, TOO_MANY),
    ),
    "uniqueItems": (("array",), _unique_test),
    "minProperties": (
        ("object",),
        _bound_test("min_properties", lambda value, limit: len(value) >= limit),
    ),
    "maxProperties": (
        ("object",),
        _bound_test(
            "max_properties", lambda value, limit: len(value) <= limit, TOO_MANY
        ),
    ),
}
_STRUCTURE: Final = ("properties", "items", "additionalProperties", "type", "nullable")
WORDS: Final = frozenset(
    (*_TEST_MAKERS, *_CHOICES, *_STRUCTURE, "not", "required", "enum", "const")
)
