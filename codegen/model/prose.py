"""Descriptions by language, and their ids: one for each definition, field, operation, parameter, category and printed column, and for what
a field holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from msgspec import Struct

from codegen.core.diagnostics import Span

_CATEGORY = "category "
PLACES = {"path": 0, "body": 1, "query": 2, "header": 3, "cookie": 4}
"""Where a parameter may stand, in the order of pages."""


class Prose(Struct, frozen=True, kw_only=True):
    """A text in one language and the place it was read from; plain text, no escapes of any markup."""

    text: str
    span: Span


def field_id(key: str, name: str) -> str:
    """Prose id of a field: `KEY#field`; of one in an object that is written out, whose key is an id itself, `KEY#field.inner`."""
    return f"{key}.{name}" if "#" in key else f"{key}#{name}"


def held_id(prose_id: str, inside: str) -> str:
    """Prose id of what a field holds: `KEY#field[]` of the items of a list, `KEY#field{}` of the values of a map, `KEY#field[]{}`."""
    return f"{prose_id}{inside}"


def split_held_id(prose_id: str) -> tuple[str, str]:
    """The id of the field that such an id is about, with `[]` and `{}` apart; any other id as it is."""
    end = len(prose_id)
    while prose_id[max(end - 2, 0) : end] in ("[]", "{}") and "#" in prose_id:
        end -= 2
    return prose_id[:end], prose_id[end:]


def parameter_id(operation: str, name: str) -> str:
    """Prose id of a parameter of one operation: `METHOD PATH#name`."""
    return f"{operation}#{name}"


class LocatedParameter(Protocol):
    """A parameter, as far as its id needs it."""

    @property
    def name(self) -> str:
        """Its name in the request."""

    @property
    def place(self) -> str:
        """Path, query, header, cookie or body."""


def own_parameter_ids(operation: str, parameters: Iterable[LocatedParameter]) -> Mapping[tuple[str, str], str]:
    """Prose ids of the parameters of an operation by name and place.

    Of those of one name all but the first by `PLACES` have their place in it.
    """
    placed = sorted(
        {(parameter.name, parameter.place) for parameter in parameters}, key=lambda one: place_order(one[1])
    )
    first: dict[str, str] = {}
    return {
        (name, place): parameter_id(operation, name if first.setdefault(name, place) == place else f"{place}/{name}")
        for name, place in placed
    }


def place_order(place: str) -> int:
    """The number of a place of parameters, in the order in which pages show them."""
    return PLACES.get(place, len(PLACES))


def common_parameter_id(name: str) -> str:
    """Prose id of a parameter that all operations share."""
    return f"parameter {name}"


def category_id(name: str) -> str:
    """Prose id of a heading above fields, by its name in the primary language."""
    return f"{_CATEGORY}{name}"


def is_category(prose_id: str) -> bool:
    """Whether a prose id is that of a heading above fields."""
    return prose_id.startswith(_CATEGORY)


def column_id(key: str, name: str) -> str:
    """Prose id of a column that is printed for a custom resource: `KEY#column NAME`, with a blank that names of fields do not have."""
    return f"{key}#column {name}"
