"""Bodies of requests, read as servers read them."""

from __future__ import annotations

from codegen.kube import bodies
from codegen.kube.bodies import Body, Media
from codegen.model import GroupVersionKind
from codegen.readers.documents.loader import read_body


def read_request(data: bytes, media: Media, kind: GroupVersionKind) -> Body:
    """Read the body of a request about a kind."""
    return bodies.read(data, media, kind.kind, read_body)
