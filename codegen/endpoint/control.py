"""The pages of an endpoint that no API server has: its clock, its keys, and any token, for tests.

They stand below `/-/` and are for users who may do everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from codegen.endpoint import clock
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.minting import TokenOrder, mint
from codegen.endpoint.negotiation import JSON

Content = Mapping[str, Any] | bytes


class Page(NamedTuple):
    """A path with a function for each method, which is given the body of the request."""

    methods: Mapping[str, Callable[[bytes], Content]]
    media_type: str = JSON


class ClockOrder(Struct, forbid_unknown_fields=True):
    """A change of the clock: stop it at a time (RFC 3339, or `now`), move it by seconds, or let it run."""

    stop: str = ""
    forward: float = 0
    run: bool = False


class KeyOrder(Struct, forbid_unknown_fields=True):
    """A new key; the old keys verify for `kept` seconds more, by default for a day."""

    kept: int | None = None


def pages(endpoint: Endpoint) -> dict[str, Page]:
    """Return the control pages of an endpoint by their paths."""

    def read_clock(_: bytes) -> Content:
        return {"now": clock.format_time(endpoint.clock.now())}

    def change_clock(body: bytes) -> Content:
        order = msgspec.json.decode(body or b"{}", type=ClockOrder)
        if order.run:
            endpoint.clock.run()
        if order.stop:
            endpoint.clock.stop(None if order.stop == "now" else clock.parse_time(order.stop))
        endpoint.clock.forward(order.forward)
        return read_clock(b"")

    def rotate_keys(body: bytes) -> Content:
        return endpoint.rotate(kept=msgspec.json.decode(body or b"{}", type=KeyOrder).kept).public()

    def mint_token(body: bytes) -> Content:
        return {"token": mint(endpoint, msgspec.json.decode(body, type=TokenOrder))}

    return {
        "/-/clock": Page({"GET": read_clock, "POST": change_clock}),
        "/-/keys": Page({"GET": lambda _: endpoint.key_set(), "POST": rotate_keys}),
        "/-/tokens": Page({"GET": lambda _: {"tokens": endpoint.state.tokens()}, "POST": mint_token}),
    }
