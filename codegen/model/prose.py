"""Descriptions by language, and the prose ids of every described part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct

from codegen.core.diagnostics import Span

_CATEGORY = "category "
PLACES = {"path": 0, "body": 1, "query": 2, "header": 3, "cookie": 4}
"""Where a parameter may stand, in the order of pages."""


class Prose(Struct, frozen=True, kw_only=True):
    """A plain text in one language, with its source location.

    `written` is the text on its page from `span` on, with indentation and escapes. It is empty for
    documents.
    """

    text: str
    span: Span
    written: str = ""


def find_written(part: str, written: str, span: Span) -> Span | None:
    """Return the location of a part of a text, or None if its source words it differently.

    Args:
        part: A line of the text.
        written: The text as its source has it, such as `Prose.written`.
        span: The location where `written` begins.

    """
    at = written.find(part.strip())
    if at < 0:
        return None
    line_start = written.rfind("\n", 0, at) + 1
    column = at - line_start + (1 if line_start else span.column)
    return Span(path=span.path, line=span.line + written.count("\n", 0, at), column=column)


class ProseIdParts(NamedTuple):
    """The definition or operation of a prose id, and the name inside, empty for the whole."""

    owner: str
    name: str


def split_prose_id(prose_id: str) -> ProseIdParts:
    """Split a prose id at `#`."""
    owner, _, name = prose_id.partition("#")
    return ProseIdParts(owner, name)


def package_name(key: str) -> str:
    """Return the end of the package of a definition, such as `authentication.v1`."""
    return ".".join(key.split(".")[:-1][-2:])


def readable_name(key: str, field: str = "") -> str:
    """Return a short unambiguous name, such as `TokenRequest (authentication.v1)`."""
    name = ".".join(filter(None, (key.rpartition(".")[2], field)))
    package = package_name(key)
    if package:
        return f"{name} ({package})"
    return name


def field_id(key: str, name: str) -> str:
    """Return the prose id of a field, such as `KEY#field` or `KEY#field.inner`."""
    if "#" in key:
        return f"{key}.{name}"
    return f"{key}#{name}"


def inner_id(prose_id: str, inside: str) -> str:
    """Return the prose id of list items (`KEY#field[]`) or map values (`KEY#field{}`)."""
    return f"{prose_id}{inside}"


class InnerIdParts(NamedTuple):
    """A field's prose id, and the `[]` and `{}` suffix of its items or values."""

    field_id: str
    suffix: str


def split_inner_id(prose_id: str) -> InnerIdParts:
    """Split the suffix of list items and map values from a prose id."""
    end = len(prose_id)
    while prose_id[max(end - 2, 0) : end] in ("[]", "{}") and "#" in prose_id:
        end -= 2
    return InnerIdParts(prose_id[:end], prose_id[end:])


def belongs_to_operation(prose_id: str) -> bool:
    """Return whether a prose id (`METHOD PATH#part`) belongs to an operation or a part of one."""
    return " /" in split_prose_id(prose_id).owner


def parameter_id(operation: str, name: str) -> str:
    """Return the prose id of an operation's parameter, `METHOD PATH#name`."""
    return f"{operation}#{name}"


def own_parameter_ids(
    operation: str, parameters: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], str]:
    """Return the prose ids of an operation's parameters, given as pairs of name and location.

    Parameters of the same name, except the first by `PLACES`, have their location in the id.
    """
    first: dict[str, str] = {}
    return {
        (name, place): parameter_id(
            operation, name if first.setdefault(name, place) == place else f"{place}/{name}"
        )
        for name, place in sorted(parameters, key=lambda parameter: place_order(parameter[1]))
    }


def place_order(place: str) -> int:
    """Return the position of a parameter location in page order."""
    return PLACES.get(place, len(PLACES))


def common_parameter_id(name: str) -> str:
    """Return the prose id of a parameter shared by all operations."""
    return f"parameter {name}"


def category_id(name: str) -> str:
    """Return the prose id of a heading above fields."""
    return f"{_CATEGORY}{name}"


def is_category(prose_id: str) -> bool:
    """Return whether a prose id belongs to a heading above fields."""
    return prose_id.startswith(_CATEGORY)


def column_id(key: str, name: str) -> str:
    """Return the prose id of a printed column, `KEY#column NAME`. Names of fields have no blank."""
    return f"{key}#column {name}"
