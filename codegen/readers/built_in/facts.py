"""Records of the bundled file of built-in kinds, each with its releases.

A span without `since` begins with the oldest release of the file. A span without `until` ends with
the newest.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from msgspec import Raw, Struct

from codegen.model import Array, Keyword, ListType, Map, Ref, Scalar, Type

# The other attributes have the same value in the model.
_OWN = frozenset(("since", "until", "type", "enum", "kinds"))


class FieldFacts(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A field in a span of releases. `type` is a text of `format_exact_type`."""

    since: str = ""
    until: str = ""
    type: str
    enum: tuple[str, ...] = ()
    required: bool = False
    value: str | None = None
    list_type: ListType | None = None
    list_map_keys: tuple[str, ...] = ()
    patch_strategy: tuple[str, ...] = ()
    patch_merge_key: str = ""
    map_type: str = ""
    keywords: tuple[Keyword, ...] = ()


class DefinitionFacts(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A definition in a span of releases, without its fields.

    `type` is None for an object with fields.

    `kinds` are texts like those of a selection: `apps/v1/Deployment`, `v1/Pod`.
    """

    since: str = ""
    until: str = ""
    type: str | None = None
    enum: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    map_type: str = ""
    open: bool = False
    keywords: tuple[Keyword, ...] = ()


class Facts(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The spans of one definition and of its fields, oldest first."""

    spans: tuple[DefinitionFacts, ...]
    fields: dict[str, tuple[FieldFacts, ...]] = {}


class BuiltInFile(Struct, frozen=True, kw_only=True):
    """The bundled file, with definitions left undecoded until needed."""

    releases: tuple[str, ...]
    definitions: dict[str, Raw]


def copy_facts(record: Struct, facts: type[Struct]) -> dict[str, Any]:
    """Return the attributes of a record shared by the model and the file."""
    return {name: getattr(record, name) for name in facts.__struct_fields__ if name not in _OWN}


class ExactType(NamedTuple):
    """A type as short text, with its list of values."""

    text: str
    enum: tuple[str, ...] = ()


def format_exact_type(expression: Type) -> ExactType:
    """Format a type as short text with its list of values.

    Raises ValueError for types that a page states inexactly.
    """
    match expression:
        case Array(items=inner):
            text, enum = format_exact_type(inner)
            return ExactType(f"[]{text}", enum)
        case Map(values=inner):
            text, enum = format_exact_type(inner)
            return ExactType(f"{{}}{text}", enum)
        case Ref(key=key):
            return ExactType(f"#{key}")
        case Scalar(type=kind, format=form, enum=enum):
            return ExactType(f"{kind} {form}".rstrip(), enum)
    raise ValueError(f"{expression!r} is not exact")


def parse_type(text: str, enum: tuple[str, ...]) -> Type:
    """Parse a text of `format_exact_type`."""
    if text.startswith("[]"):
        return Array(items=parse_type(text[2:], enum))
    if text.startswith("{}"):
        return Map(values=parse_type(text[2:], enum))
    if text.startswith("#"):
        return Ref(key=text[1:])
    kind, _, form = text.partition(" ")
    return Scalar(type=kind, format=form, enum=enum)
