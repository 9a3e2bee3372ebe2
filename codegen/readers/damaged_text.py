"""Sources that were damaged by an unresolved merge."""

from __future__ import annotations

import re

from codegen.core.diagnostics import failure
from codegen.core.source import Source

# The lines around the two sides, of which a careless repair leaves one.
_CONFLICT = re.compile(r"^(?:<{7,}|>{7,})(?:[ \t]|$)", re.MULTILINE)


def find_merge_conflict(text: str) -> int | None:
    """Return where an unresolved merge conflict begins or ends, or None."""
    conflict = _CONFLICT.search(text)
    if conflict is None:
        return None
    return conflict.start()


def refuse_merge_conflict(text: Source) -> None:
    """Raise `CodegenError` for a source with an unresolved merge conflict."""
    conflict = find_merge_conflict(text.text)
    if conflict is not None:
        raise failure(
            "merge-unresolved",
            "the file contains an unresolved merge conflict",
            text.span(conflict),
            "resolve it: keep one of the two sides, and remove the lines that begin with <, = and >",
        )
