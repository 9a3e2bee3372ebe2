"""Fixtures of endpoints without HTTP, which are closed after each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from codegen.endpoint import kinds
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.objects import WriteOptions
from codegen.endpoint.settings import Settings


@pytest.fixture
def open_endpoint() -> Iterator[Callable[..., Endpoint]]:
    """Open endpoints at a fixed time, with the service account `gardener`."""
    opened: list[Endpoint] = []

    def start(**options: Any) -> Endpoint:
        settings: dict[str, Any] = {"clock": 1_900_000_000, "algorithm": "ES256", **options}
        endpoint = Endpoint(Settings(**settings), "https://garden.example")
        opened.append(endpoint)
        with endpoint.state.transaction():
            if endpoint.objects.find(kinds.ACCOUNT, "default", "gardener") is None:
                endpoint.objects.create(
                    kinds.ACCOUNT, {"metadata": {"name": "gardener"}}, "default", WriteOptions()
                )
        return endpoint

    yield start
    for each in opened:
        each.state.close()


@pytest.fixture
def endpoint(open_endpoint: Callable[..., Endpoint]) -> Endpoint:
    return open_endpoint()
