"""The pytest plugin: `token_endpoint` is an endpoint for one test, `token_endpoints` starts several."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from codegen.endpoint.testing import TokenEndpoint

_ITS_OWN = ("tls", "process", "projections")


@pytest.fixture
def token_endpoints() -> Iterator[Callable[..., TokenEndpoint]]:
    """Start endpoints, which end with the test: `token_endpoints(tls=True, process=True, issuer="https://...")`.

    Keywords are those of `TokenEndpoint` and of `Settings`. The release is the newest by default, keys are of ES256,
    which are generated at once, and everybody may read the discovery documents.
    """
    try:
        from codegen.endpoint.settings import Settings
        from codegen.endpoint.testing import TokenEndpoint
        from codegen.readers.built_in.structure import BuiltIns
    except ImportError as error:
        pytest.fail(f"{error.name} is missing; run `pip install 'apiref-codegen[endpoint]'`", pytrace=False)
    started: list[TokenEndpoint] = []

    def start(**options: Any) -> TokenEndpoint:
        own = {name: options.pop(name) for name in _ITS_OWN if name in options}
        chosen: dict[str, Any] = {"algorithm": "ES256", "public_discovery": True, **options}
        if "release" not in chosen:
            chosen["release"] = BuiltIns().newest
        started.append(TokenEndpoint(Settings(**chosen), **own))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def token_endpoint(token_endpoints: Callable[..., TokenEndpoint]) -> TokenEndpoint:
    """Start an endpoint with the service account `default` in the namespace `default`."""
    return token_endpoints()
