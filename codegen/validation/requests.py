"""The body of a request, read as servers read it; `codegen.kube.bodies`, with this project's reader of YAML."""

from __future__ import annotations

from codegen.kube import bodies
from codegen.kube.bodies import Body, Media, Repeated
from codegen.model import GroupVersionKind
from codegen.readers.documents.body import read_body

__all__ = ("Body", "Media", "Repeated", "read")


def read(data: bytes, media: Media, kind: GroupVersionKind) -> Body:
    """Read a body for a request about a kind. Never raises for its contents."""
    return bodies.read(data, media, kind.kind, read_body)
