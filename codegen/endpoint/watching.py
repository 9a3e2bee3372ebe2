"""The events of a watch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

from codegen.endpoint.kinds import Kind
from codegen.endpoint.state import Unavailable
from codegen.endpoint.waiting import retry_while_locked
from codegen.kube.statuses import StatusError, failure

_INTERVAL = 0.1  # seconds between two looks: another process may have changed the state
Changes = Callable[[str], tuple[list[dict[str, Any]], str]]


async def events(
    changes: Changes, kind: Kind, *, after: str, seconds: float, initial: bool, bookmarks: bool
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Yield type and object of each event until the time is over; an error is the last event.

    With `initial` all objects come first, and a bookmark that says that these were all.
    """
    try:
        found, version = await retry_while_locked(lambda: changes("" if initial else after))
        for event in found:
            yield event["type"], event["object"]
        if initial:
            yield "BOOKMARK", _bookmark(kind, version, {"k8s.io/initial-events-end": "true"})
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            await asyncio.sleep(_INTERVAL)
            found, version = await retry_while_locked(partial(changes, version))
            for event in found:
                yield event["type"], event["object"]
    except StatusError as error:  # the changes are not kept any more
        yield "ERROR", dict(error.status)
    except Unavailable as error:
        yield "ERROR", failure(503, f"the state of the endpoint is not available: {error}")
    else:
        if bookmarks:
            yield "BOOKMARK", _bookmark(kind, version)


def _bookmark(kind: Kind, version: str, annotations: dict[str, str] | None = None) -> dict[str, Any]:
    metadata: dict[str, Any] = {"resourceVersion": version, "creationTimestamp": None}
    if annotations:
        metadata["annotations"] = annotations
    return {"kind": kind.name, "apiVersion": kind.api_version, "metadata": metadata}
