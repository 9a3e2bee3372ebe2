"""Fields of an object that the schema of another release has under another name, as `codegen diff` finds them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from codegen.model import Array, Definition, Field, Map, Ref, Scalar, Type, renames
from codegen.validation.finding import Steps
from codegen.validation.schemas import Chosen

_OBJECT = Scalar(type="object")


def renamed(before: Chosen, after: Chosen, steps: Steps) -> Mapping[str, str]:
    """The new names, by the old ones, of the fields of the object at these steps."""
    owners = before.validator.owner(before.key, steps), after.validator.owner(after.key, steps)
    if owners[0] is None or owners[1] is None:
        return {}
    old, new = (dict(_fields(owner)) for owner in (owners[0], owners[1]))
    return renames.fields(
        before.validator.reference,
        after.validator.reference,
        (owners[0].key, owners[1].key),
        [field for name, field in old.items() if name not in new],
        [field for name, field in new.items() if name not in old],
    )


def _fields(owner: Definition) -> tuple[tuple[str, Field], ...]:
    """The fields, without names for objects that are written out in them: these are called after the field."""
    return tuple((field.name, replace(field, type=_plain(field.type, owner.key))) for field in owner.fields)


def _plain(of: Type, owner: str) -> Type:
    match of:
        case Array(items=items):
            return Array(items=_plain(items, owner))
        case Map(values=values):
            return Map(values=_plain(values, owner))
        case Ref(key=key) if key.startswith((f"{owner}#", f"{owner}.")) and "#" in key:
            return _OBJECT
    return of
