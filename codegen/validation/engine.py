"""Check objects by a schema, with the checkers of generated validators.

The checkers are built from the model on first use, so both ways find the same errors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from codegen.core.locales import Locale
from codegen.kube import checkers, constraints, duration, primitives, quantity
from codegen.kube.errors import (
    DUPLICATE,
    INVALID,
    TOO_LONG,
    TOO_MANY,
    UNKNOWN,
    UNSUPPORTED,
    WRONG_TYPE,
    Errors,
    RawError,
    find_similar,
    format_message,
    path_steps,
)
from codegen.kube.scalars import scalar_type
from codegen.model import Array, Definition, Field, Map, Ref, Reference, Scalar, Type, field_id
from codegen.model.inline_objects import hoist_inline_objects
from codegen.model.keywords.constraints import (
    CheckedType,
    ConstrainedType,
    ConstraintWords,
    NullableType,
    ReferenceConstraints,
    UniqueList,
)
from codegen.model.keywords.keyword import allows_null
from codegen.model.recursion import recursive_keys
from codegen.validation.object_finding import Steps

_GUESSES = 100  # errors of one object with suggestions of similar names
_WITH_VALUE = frozenset((INVALID, WRONG_TYPE, UNSUPPORTED, DUPLICATE, TOO_LONG, TOO_MANY))
_ANYTHING = Scalar(type="")
_STRING = Scalar(type="string")


class ExpectedValue(NamedTuple):
    """The prose id of the nearest field at some steps, and the type of the value there."""

    prose_id: str
    type: Type


class SchemaError(Struct, frozen=True, kw_only=True):
    """An error by the schema.

    `steps` lead to `value`, `prose` is the id of the field's description, `expected` the type by
    the schema, and `close` a known field with a name similar to an unknown one.
    """

    found: RawError
    code: str  # the type of the cause
    word: str  # the key of the message
    steps: Steps
    value: object
    prose: str
    expected: Type
    close: str

    @property
    def secret(self) -> bool:
        """Return whether messages must not show the value. Bytes are often secrets."""
        return isinstance(self.expected, Scalar) and self.expected.format == "byte"

    def message(self, words: Mapping[str, str]) -> str:
        """Return the message in the language of these words."""
        return format_message(self.found, words)

    def problem(self, locale: Locale) -> str:
        """Return the words of a message before the value, such as `Invalid value`.

        A message that is not about the value has none.
        """
        if self.code not in _WITH_VALUE:
            return ""
        problem, _, _ = locale.validation[self.word].partition(locale.findings["colon"])
        return problem


class ObjectChecker:
    """A checker of objects by the definitions of one reference."""

    def __init__(self, reference: Reference) -> None:
        self.reference = hoist_inline_objects(reference)
        self.constraints = ReferenceConstraints(self.reference)
        self._tables: dict[str, _DefinitionChecker] = {}
        self.definitions = self.reference.definitions  # without inline objects
        self.recursive = recursive_keys(self.definitions)

    def find_errors(self, obj: object, key: str) -> tuple[SchemaError, ...]:
        """Return all errors of an object by a definition, in the order of the object."""
        errors: Errors = []
        try:
            self._type_checker(self.reference.resolve(Ref(key=key))).find(
                obj, None, errors, (set(), [0], {})
            )
        except RecursionError:  # the caller's own stack is nearly full
            errors = [(None, INVALID, "depth", {"limit": checkers.DEPTH})]
        return tuple(
            self._build_error(error, obj, key, guess=number < _GUESSES)
            for number, error in enumerate(errors)
        )

    def _build_error(self, error: RawError, obj: object, key: str, *, guess: bool) -> SchemaError:
        steps = path_steps(error[0])
        above = steps[:-1] if error[1] == UNKNOWN else steps
        prose, expected = self.find_field(key, above)
        close: list[str] = []
        if error[1] == UNKNOWN and guess and isinstance(expected, Ref):
            names = [field.name for field in self.reference.definitions[expected.key].fields]
            close = find_similar(steps[-1], names)
        return SchemaError(
            found=error,
            code=error[1],
            word=error[2],
            steps=steps,
            value=_take_value(error[2], obj, steps),
            prose=prose,
            expected=expected,
            close="".join(close),
        )

    def find_field(self, key: str, steps: Steps) -> ExpectedValue:
        """Find the field and the type at these steps."""
        prose, expected = key, self.reference.resolve(Ref(key=key))
        for step in steps:
            match expected:
                case Array(items=inner) | Map(values=inner):
                    expected = inner
                case Ref(key=owner):
                    definition = self.reference.definitions[owner]
                    field = definition.field(step) if isinstance(step, str) else None
                    if field is None:
                        expected = _ANYTHING
                    else:
                        prose = field_id(owner, field.name)
                        expected = (
                            self.reference.resolve(field.type) if field.value is None else _STRING
                        )
                case _:
                    expected = _ANYTHING
        return ExpectedValue(prose_id=prose, type=expected)

    def _type_checker(
        self, expression: CheckedType, keys: tuple[str, ...] | None = None
    ) -> primitives.Checker:
        """Return the checker of a type without aliases. `keys` identify the items of a list."""
        match expression:
            case ConstrainedType(of=of, words=words):
                return constraints.Limited(self._type_checker(of, keys), _parse_limits(words))
            case NullableType(of=of):
                return checkers.Nullable(self._type_checker(of))
            case Ref(key=key):
                if key not in self._tables:
                    self._tables[key] = _DefinitionChecker(self, self.reference.definitions[key])
                return self._tables[key]
            case Array(items=items):
                return checkers.List(self._type_checker(items), keys)
            case UniqueList(items=inner, keys=names):
                return checkers.List(self._type_checker(inner), names)
            case Map(values=values):
                return checkers.Map(self._type_checker(values))
            case Scalar(type="string", enum=enum) if enum:
                return primitives.Choice("enum", *enum)
            case Scalar() as scalar:
                return _PRIMITIVES[scalar_type(scalar.type, scalar.format).checker]
        raise TypeError(expression)

    def field_checker(self, field: Field, owner: str) -> primitives.Checker:
        """Return the checker of a field of a definition."""
        if field.value is not None:
            return primitives.Choice("fixed", field.value)
        return self._type_checker(
            self.constraints.field_type(field, owner), self.reference.unique_keys(field)
        )


_PRIMITIVES: Mapping[str, primitives.Checker] = {
    name: checker
    for module in (primitives, checkers, duration, quantity)
    for name, checker in vars(module).items()
    if hasattr(checker, "find")
}


class _DefinitionChecker(checkers.Object):
    """The checker of a definition.

    Its fields are added at the first value, as most definitions never have one.
    """

    __slots__ = ("_definition", "_engine")

    def __init__(self, engine: ObjectChecker, definition: Definition) -> None:
        needed = dict.fromkeys(field.name for field in definition.fields if field.required)
        nulls = [field.name for field in definition.fields if allows_null(field.keywords)]
        recursive = definition.key in engine.recursive
        words = engine.constraints.object_constraints(definition)  # apart from those of its fields
        limits = _parse_limits(words) if words else None
        super().__init__(
            *needed, nulls=nulls, others=definition.open, recursive=recursive, limits=limits
        )
        self._engine = engine
        self._definition = definition

    def find_first(
        self, value: object, at: object, errors: Errors, inside: primitives.Inside
    ) -> None:
        """Add the fields, then check the value."""
        owner = self._definition.key
        self.fields = {
            field.name: self._engine.field_checker(field, owner)
            for field in self._definition.fields
        }
        super().find_first(value, at, errors, inside)


def _parse_limits(words: ConstraintWords) -> constraints.Limits:
    return constraints.Limits.from_schema({word: json.loads(value) for word, value in words})


def _take_value(word: str, obj: Any, steps: Steps) -> object:
    """Return the value at these steps, or the key if a key is wrong."""
    if word in ("required", "cycle", "depth"):
        return None
    if word == "key":
        return steps[-1][0]
    for step in steps:
        obj = obj[step[0] if isinstance(step, tuple) else step]
    return obj
