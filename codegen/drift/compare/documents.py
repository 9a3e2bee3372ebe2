"""What two documents say beside their definitions and operations: who may call, where it is served, words of others."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.drift.compare.changes import DocumentChange
from codegen.drift.compare.context import Context
from codegen.drift.compare.side import Coverage
from codegen.findings.diagnostics import Span

# One version of OpenAPI says it in one of them, the next in the other.
_OF_VERSIONS = frozenset(("host", "basePath", "schemes", "servers"))


def document_changes(context: Context) -> Iterator[DocumentChange]:
    """The words that came, went or changed. A document without any says nothing by that: it is one part of several, or generated."""
    sides = (context.old, context.new)
    if any(side.coverage is not Coverage.DOCUMENT or not side.reference.document for side in sides):
        return
    old, new = ({(word.inside, word.name): word.value for word in side.reference.document} for side in sides)
    for place in sorted(old.keys() | new.keys()):
        values = old.get(place), new.get(place)
        inside, word = place
        if values[0] == values[1] or (word in _OF_VERSIONS and None in values):
            continue
        yield from context.make(
            DocumentChange,
            "keyword-changed",
            Span(path=context.new.name),
            id=f"{inside or 'document'}#{word}",
            old=values[0],
            new=values[1],
        )
