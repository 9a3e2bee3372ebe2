"""The ways in which servers read the values of a definition from JSON."""

from __future__ import annotations

from enum import Enum
from functools import cached_property

from codegen.kube.scalars import GO_DURATION
from codegen.model.definitions import Definition
from codegen.model.keywords.keyword import null_parts
from codegen.model.prose import split_prose_id
from codegen.model.reference import Reference
from codegen.model.types import Ref, Scalar

_KUBERNETES = "io.k8s."
_ANYTHING = Scalar(type="")


class Decoding(Enum):
    """The reader of the values of a definition.

    `TYPED` is a type of Go: null is its zero value, and integers have no decimal point. `CUSTOM` is
    the schema of a custom resource: servers drop null from maps. `PLAIN` is any other schema.
    """

    TYPED = "typed"
    CUSTOM = "custom"
    PLAIN = "plain"


class Decodings:
    """The readers of all definitions of a reference, whose inline objects are definitions."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def find(self, key: str) -> Decoding:
        """Return the reader of the values of a definition."""
        if split_prose_id(key).owner in self._custom_kinds:
            return Decoding.CUSTOM
        if key.startswith(_KUBERNETES) or key in self._keys_of_go:
            return Decoding.TYPED
        return Decoding.PLAIN

    @cached_property
    def _custom_kinds(self) -> frozenset[str]:
        kinds: set[str] = set()
        for definition in self._reference.definitions.values():
            if definition.resource is not None:
                kinds.add(definition.key)
        return frozenset(kinds)

    @cached_property
    def _keys_of_go(self) -> frozenset[str]:
        """The keys of all definitions that kinds of API servers use.

        Documents of types in Go have no inline objects, and mark no value as nullable.
        """
        definitions = self._reference.definitions
        kinds: list[str] = []
        for definition in definitions.values():
            if definition.gvks and definition.resource is None:
                kinds.append(definition.key)
        keys = self._reference.closure(*kinds)
        if any(_is_inline_or_nullable(definitions[key]) for key in keys):
            return frozenset()
        return frozenset(keys)


def _is_inline_or_nullable(definition: Definition) -> bool:
    if split_prose_id(definition.key).name:
        return True
    return any(field.fields or null_parts(field.keywords) for field in definition.fields)


def drops_null(expression: object, part: str, decoding: Decoding) -> bool:
    """Return whether a server reads null as a zero value, or drops it, inside a list or map.

    `part` is that of the value, such as `[]`. The zero value of an enumeration and of an object
    without its required fields is an error, and the decoder of durations refuses null.
    """
    if expression == _ANYTHING:
        return False  # null is a value of it
    if decoding is Decoding.CUSTOM:
        return part.endswith("{}")
    if decoding is Decoding.PLAIN or not part:
        return False
    if isinstance(expression, Scalar):
        return not expression.enum and expression.format != GO_DURATION
    return not isinstance(expression, Ref)
