"""Comparison of the keywords of whole documents, such as `security` and `servers`."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.diagnostics import Span
from codegen.drift.compare.changes import DocumentChange
from codegen.drift.compare.context import Context
from codegen.drift.compare.inputs import Coverage

# Keywords of only some versions of OpenAPI.
_VERSION_KEYWORDS = frozenset(("host", "basePath", "schemes", "servers"))


def compare_documents(context: Context) -> Iterator[DocumentChange]:
    """Find changed keywords.

    A document without any is generated or a part of several, and not compared.
    """
    sides = (context.old, context.new)
    if any(side.coverage is not Coverage.DOCUMENT or not side.reference.document for side in sides):
        return
    old, new = ({(word.inside, word.name): word.value for word in side.reference.document} for side in sides)
    for place in sorted(old.keys() | new.keys()):
        values = old.get(place), new.get(place)
        inside, word = place
        if values[0] == values[1] or (word in _VERSION_KEYWORDS and None in values):
            continue
        yield context.make(
            DocumentChange,
            "keyword-changed",
            Span(path=context.new.name),
            id=f"{inside or 'document'}#{word}",
            old=values[0],
            new=values[1],
        )
