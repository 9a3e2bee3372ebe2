"""What conventions advise against in a new field of a custom resource: later it cannot be changed any more."""

from __future__ import annotations

from codegen.model import Array, Field, ListType, Map, Scalar, innermost

_CONDITIONS = "conditions"


def advice(field: Field) -> str:
    """Why a field is not as conventions want it, in words that follow its name; nothing if it is."""
    end = innermost(field.type)
    if isinstance(end, Scalar):
        if end.type == "boolean":
            return "a boolean, which can never get a third value"
        if end.type == "number":
            return "a floating-point number, which not all languages read back as it was written"
        if end.format.startswith("uint"):
            return "an unsigned integer, which not all languages have"
    if isinstance(field.type, Map) and field.fields:
        return "a map of objects, where a list with keys can be merged and extended"
    if isinstance(field.type, Array):
        if field.name.rpartition(".")[2] == _CONDITIONS and field.list_map_keys != ("type",):
            return "conditions that are not a map by their type, so that one owner replaces those of another"
        if field.list_type is None or (field.list_type is ListType.MAP and not field.list_map_keys):
            return "a list without a list type, which server-side apply replaces as a whole"
    return ""
