"""Watches: the changes of objects as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from codegen.endpoint.kinds import Kind

_EVERY = 0.1  # seconds between two looks: another process may have changed the state
Changes = Callable[[str], tuple[list[dict[str, Any]], str]]


async def events(
    changes: Changes, kind: Kind, *, after: str, seconds: float, initial: bool, bookmarks: bool
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Type and object of each event, until the time is over.

    With `initial` all objects come first, and a bookmark that says that these were all.
    """
    told, version = changes("" if initial else after)
    for event in told:
        yield event["type"], event["object"]
    if initial:
        yield "BOOKMARK", _bookmark(kind, version, {"k8s.io/initial-events-end": "true"})
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        await asyncio.sleep(_EVERY)
        told, version = changes(version)
        for event in told:
            yield event["type"], event["object"]
    if bookmarks:
        yield "BOOKMARK", _bookmark(kind, version)


def _bookmark(kind: Kind, version: str, annotations: dict[str, str] | None = None) -> dict[str, Any]:
    metadata: dict[str, Any] = {"resourceVersion": version, "creationTimestamp": None}
    if annotations:
        metadata["annotations"] = annotations
    return {"kind": kind.name, "apiVersion": kind.gvk.api_version, "metadata": metadata}
