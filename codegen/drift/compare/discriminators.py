"""Comparison of discriminators: the field that tells several types apart, and the type of each of
its values.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from msgspec import Struct

from codegen.core.diagnostics import Route

DISCRIMINATOR = "discriminator"


class DiscriminatorDifference(Struct, frozen=True, kw_only=True):
    """A difference of two discriminators: its rule, the old and new words, and the steps to it."""

    rule: str
    old: str | None = None
    new: str | None = None
    steps: Route


class _Discriminator(Struct, frozen=True, kw_only=True):
    """The name of the field, and the types of the values that a mapping names."""

    field: str
    types: Mapping[str, str]


def compare_discriminators(old: str, new: str) -> Iterator[DiscriminatorDifference]:
    """Yield the change of the field, and one change for each value with another type."""
    before, after = _read(old), _read(new)
    if before.field != after.field:
        yield DiscriminatorDifference(
            rule="discriminator-field-changed",
            old=before.field,
            new=after.field,
            steps=("propertyName",),
        )
    for value in sorted(before.types.keys() | after.types.keys()):
        old_type, new_type = before.types.get(value), after.types.get(value)
        if (old_type or value) == (new_type or value):
            continue  # the name of a type needs no mapping
        steps = ("mapping", value)
        if new_type is None:
            yield DiscriminatorDifference(
                rule="discriminator-value-removed", old=_describe(before, value), steps=steps
            )
        elif old_type is None:
            yield DiscriminatorDifference(
                rule="discriminator-value-added", new=_describe(after, value), steps=steps
            )
        else:
            yield DiscriminatorDifference(
                rule="discriminator-value-changed",
                old=_describe(before, value),
                new=_describe(after, value),
                steps=steps,
            )


def _read(text: str) -> _Discriminator:
    """Read a discriminator, which version 2 writes as the name of the field alone."""
    stated = json.loads(text)
    if not isinstance(stated, dict):
        return _Discriminator(field=str(stated), types={})
    mapping = stated.get("mapping")
    types: dict[str, str] = {}
    for value, target in mapping.items() if isinstance(mapping, dict) else ():
        types[value] = str(target).rpartition("/")[2]
    return _Discriminator(field=str(stated.get("propertyName", "")), types=types)


def _describe(discriminator: _Discriminator, value: str) -> str:
    return f"{discriminator.field}: {value} ({discriminator.types[value]})"
