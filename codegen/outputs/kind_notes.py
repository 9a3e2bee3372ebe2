"""Notes about kinds from beside the reference: an example, and what servers do."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from codegen.model import Definition


class ServerNote(Struct, frozen=True, kw_only=True):
    """A rule of a server about fields, or about the whole object without any.

    `effect` is that of the rule, such as `rejects`.
    """

    fields: tuple[str, ...]
    effect: str
    text: str


class KindNotes(Struct, frozen=True, kw_only=True):
    """The notes about a definition. `example` is a valid object as YAML, or empty."""

    example: str = ""
    rules: tuple[ServerNote, ...] = ()


NotesOf = Callable[[Definition, str], KindNotes]
"""The notes about a definition in a language."""


def find_no_notes(definition: Definition, locale: str) -> KindNotes:  # noqa: ARG001 - see `NotesOf`
    """Return no notes."""
    return KindNotes()
