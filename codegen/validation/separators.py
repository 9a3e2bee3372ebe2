"""Find objects of a manifest without `---` between them, which YAML reads as one object with duplicate keys."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from codegen.core.diagnostics import Finding, Level
from codegen.readers.documents.document import Document, DocumentStream

_KIND_KEYS = ("apiVersion", "kind")


def find_missing_separators(stream: DocumentStream) -> tuple[list[Finding], frozenset[int]]:
    """Return the faults of a file, and the ids of the documents with several objects.

    The duplicate keys of a further object are one fault.
    """
    faults: list[Finding] = []
    joined: set[int] = set()
    keys: set[object] = set()  # duplicate keys of the further object so far
    current = None
    for fault in stream.faults:
        document = find_enclosing(fault, stream.documents)
        if document is not current:
            current, keys = document, set()
        is_root = (  # a key of an object in block style
            document is not None
            and fault.key is not None
            and fault.column == document.place()[1]
            and not document.source.text.startswith("{", document.offset(()))
        )
        if document is not None and is_root and fault.key in _KIND_KEYS and (not keys or fault.key in keys):
            joined.add(id(document))
            keys = {fault.key}
            message = f"another object begins with {fault.key} here, without a line `---` in front of it"
            hint = "write `---` in the line above, so that each object is a document of its own"
            faults.append(Finding(level=Level.ERR, rule=fault.rule, message=message, span=fault.span, hint=hint))
        elif is_root and keys:
            keys.add(fault.key)
        else:
            faults.append(fault)
    return faults, frozenset(joined)


def find_enclosing(fault: Finding, documents: Sequence[Document]) -> Document | None:
    """Return the document in which a fault is."""
    count = bisect_right(documents, (fault.line, fault.column), key=Document.place)
    return documents[count - 1] if count else None
