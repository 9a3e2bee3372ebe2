"""Records of the history of an API, and of its JSON in `schemas/history.schema.json`."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from codegen.drift.history.lifetimes import Period


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change found by `codegen diff` that no other property of a history shows.

    `old` and `new` are the values in words, `part` is the parameter or response of an operation.
    """

    release: str
    rule: str
    part: str = ""
    old: str | None = None
    new: str | None = None


class EntryHistory(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The history of one API element.

    `until` is null while the element exists, `absent` has the periods of absence between the first
    and the last release. With `perhaps_before` earlier releases may have had it. `described` lists
    the releases with a new description, `changed` other changes.
    """

    since: str
    until: str | None
    perhaps_before: bool = False
    absent: tuple[Period, ...] = ()
    described: tuple[str, ...] = ()
    changed: tuple[Event, ...] = ()
    replaced_by: str | None = None


class FieldHistory(EntryHistory, frozen=True, kw_only=True, omit_defaults=True):
    """The history of a field.

    `required` has periods, open-ended with null. The other properties have values with their first
    releases: `enum` the allowed values, `default` JSON, and `list_type` the list type for
    server-side apply. An empty text is no value.
    """

    required: tuple[Period, ...]
    type: tuple[tuple[str, str], ...]
    enum: tuple[tuple[str, tuple[str, ...]], ...] = ()
    default: tuple[tuple[str, str], ...] = ()
    list_type: tuple[tuple[str, str], ...] = ()


class DefinitionHistory(EntryHistory, frozen=True, kw_only=True, omit_defaults=True):
    """The history of a definition, with its kind and its fields by path.

    One that is no object has types instead.
    """

    kind: str = ""
    type: tuple[tuple[str, str], ...] = ()
    fields: Mapping[str, FieldHistory]


class OperationHistory(EntryHistory, frozen=True, kw_only=True, omit_defaults=True):
    """The history of an operation."""

    verb: str


class LeftOut(Struct, frozen=True, kw_only=True):
    """An uncompared part of a source, with a count."""

    what: str
    count: int


class History(Struct, frozen=True, kw_only=True):
    """The history of an API over several releases, from the oldest.

    `definitions` are by key, `operations` by method and path. `notes` explain omissions.
    """

    releases: tuple[str, ...]
    definitions: Mapping[str, DefinitionHistory]
    operations: Mapping[str, OperationHistory]
    not_compared: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything was compared."""
        return not self.not_compared
