"""The history of an API as records, which are also its JSON: `schemas/history.schema.json` is made of them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from codegen.drift.history.lifetimes import Period


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change that no other list of a thing tells: in which release, by which rule of `codegen diff`, and both values in words.

    `part` is the parameter or response of an operation.
    """

    release: str
    rule: str
    part: str = ""
    old: str | None = None
    new: str | None = None


class EntryHistory(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is told of each thing: the first release that has it, the last one (null while it is still there), the releases between
    when it was gone, those in which its description changed, other changes, and the name of what took its place.

    `perhaps_before`: the sources of earlier releases cannot say that they lack it.
    """

    since: str
    until: str | None
    perhaps_before: bool = False
    absent: tuple[Period, ...] = ()
    described: tuple[str, ...] = ()
    changed: tuple[Event, ...] = ()
    replaced_by: str | None = None


class FieldHistory(EntryHistory, frozen=True, kw_only=True, omit_defaults=True):
    """A field: from when to when it was required (null: it still is), and its type from which release on.

    `enum` are the values that it took, `default` is JSON, `list_type` what server-side apply makes of a list, each from which release on;
    an empty text stands for none.
    """

    required: tuple[Period, ...]
    type: tuple[tuple[str, str], ...]
    enum: tuple[tuple[str, tuple[str, ...]], ...] = ()
    default: tuple[tuple[str, str], ...] = ()
    list_type: tuple[tuple[str, str], ...] = ()


class DefinitionHistory(EntryHistory, frozen=True, kw_only=True, omit_defaults=True):
    """A definition, the kind that it is the schema of, its type where it is not an object with fields, and its fields by path."""

    kind: str = ""
    type: tuple[tuple[str, str], ...] = ()
    fields: Mapping[str, FieldHistory]


class OperationHistory(EntryHistory, frozen=True, kw_only=True, omit_defaults=True):
    """An operation, with its verb."""

    verb: str


class LeftOut(Struct, frozen=True, kw_only=True):
    """What a source left out of the history, has in files with errors, or cannot be compared with the next one's, and how often."""

    what: str
    count: int


class History(Struct, frozen=True, kw_only=True):
    """An API over several releases, from the oldest: definitions by key, operations by method and path.

    `notes` say what is not told, and why.
    """

    releases: tuple[str, ...]
    definitions: Mapping[str, DefinitionHistory]
    operations: Mapping[str, OperationHistory]
    not_compared: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether all sources were read whole."""
        return not self.not_compared
