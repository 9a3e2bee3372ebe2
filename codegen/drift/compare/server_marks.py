"""Marks and enumerations of Kubernetes that changed in documents alone: servers do as before."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import Struct, convert

from codegen.drift.compare.context import Context
from codegen.drift.compare.pairs import ElementPair
from codegen.model import Definition, Field, refs

_FILE = Path(__file__).with_name("server_marks.toml")
_BUILT_IN = "io.k8s.api."
_SPEC = "spec"
_DEMANDED = "; only the documentation changed, as servers have always refused objects without it"
_LIMITED = "; only the documentation changed, as servers have always refused other values"
_FILLED = "; only the documentation changed, as servers accept objects without it, and return it"


class _Mark(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What servers do with a field in all releases that have it.

    `values` are those that servers accept. `declared` and `recorded` are evidence for tests.
    """

    field: str
    servers: Literal["demand", "fill", "limit"]
    source: str
    declared: str = ""
    recorded: str = ""
    values: tuple[str, ...] = ()


@cache
def load_marks() -> Mapping[str, _Mark]:
    """Return the marks by the prose id of their field."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {mark.field: mark for mark in convert(data["marks"], list[_Mark])}


def explain_mark(
    context: Context, owners: ElementPair[Definition], pair: ElementPair[Field]
) -> str:
    """Return why a changed required mark of a field changes nothing for clients, or nothing."""
    mark = load_marks().get(pair.id)
    servers = "" if mark is None else mark.servers
    if servers == "fill":
        return _FILLED
    if not pair.new.required:
        return ""
    if servers == "demand" or _is_demanded_by_its_fields(context, owners, pair):
        return _DEMANDED
    return ""


def explain_enumeration(field_id: str, values: Collection[str]) -> str:
    """Return why a new enumeration of a field changes nothing for clients, or nothing.

    One with fewer values than servers accepted is a change.
    """
    mark = load_marks().get(field_id)
    is_known = mark is not None and mark.servers == "limit" and set(mark.values) <= set(values)
    if is_known:
        return _LIMITED
    return ""


def _is_demanded_by_its_fields(
    context: Context, owners: ElementPair[Definition], pair: ElementPair[Field]
) -> bool:
    """Return whether an absent `spec` was refused before, since an empty one lacks fields.

    Servers of Kubernetes' own kinds validate an absent `spec` as an empty object.
    """
    is_kind = bool(owners.old.gvks) and owners.old.key.startswith(_BUILT_IN)
    if not is_kind or pair.old.name != _SPEC:
        return False
    for key in refs(pair.old.type):
        definition = context.old.reference.definitions.get(key)
        if definition is not None and any(field.required for field in definition.fields):
            return True
    return False
