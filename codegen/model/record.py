"""Base classes of the records of the model, which say how msgspec writes and reads them."""

from __future__ import annotations

from msgspec import Struct


class Record(Struct, frozen=True, omit_defaults=True):
    """A record that is written without fields that have their default."""


class TaggedRecord(Record, frozen=True, tag=True, tag_field="$"):
    """A record that is written with its class, since others may stand in its place."""
