"""Bodies of requests, read as servers read them."""

from __future__ import annotations

from codegen.endpoint.body_syntax import Body, Media, read_object
from codegen.model import GroupVersionKind


def read_request(data: bytes, media: Media, kind: GroupVersionKind) -> Body:
    """Read the body of a request about a kind."""
    return read_object(data, media, kind.kind)
