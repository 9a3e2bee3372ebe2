"""The body of a request, read as servers read it; `codegen.outputs.services.runtime.bodies`, with this project's reader of YAML."""

from __future__ import annotations

from codegen.model import GroupVersionKind
from codegen.outputs.services.runtime import bodies
from codegen.outputs.services.runtime.bodies import Body, Media, Repeated
from codegen.readers.documents.body import read_body

__all__ = ("Body", "Media", "Repeated", "read")


def read(data: bytes, media: Media, kind: GroupVersionKind) -> Body:
    """Read a body for a request about a kind. Never raises for its contents."""
    return bodies.read(data, media, kind.kind, read_body)
