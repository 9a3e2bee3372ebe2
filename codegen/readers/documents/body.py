"""The body of a request in YAML: its first document, as servers read it."""

from __future__ import annotations

from typing import Any

from codegen.core.source import Source
from codegen.readers.documents import manifest
from codegen.readers.documents.dialects import BODY


def read_body(text: str) -> tuple[Any, tuple[tuple[int, Any], ...], str]:
    """What stands in a body, the keys that stand in their map twice, each behind its line, and why it cannot be read, or an empty string.

    Never raises for its contents.
    """
    stream = manifest.read(Source(text, "body"), BODY)
    for fault in stream.faults:
        if fault.fatal:
            return None, (), f"yaml: {fault.said or f'line {fault.line}: {fault.message}'}"
    twice = tuple((fault.line, fault.key) for fault in stream.faults if fault.key is not None)
    return stream.documents[0].data if stream.documents else None, twice, ""
