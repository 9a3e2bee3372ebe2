"""The pytest plugin with the fixtures `token_endpoint` and `token_endpoints`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from codegen.endpoint.testing import TokenEndpoint


@pytest.fixture
def token_endpoints() -> Iterator[Callable[..., TokenEndpoint]]:
    """Start endpoints for one test, as in `token_endpoints(tls=True, issuer="https://...")`.

    Keywords are `tls` and those of `Settings`. By default everybody may read the discovery documents.
    """
    try:
        from codegen.endpoint.settings import Settings
        from codegen.endpoint.testing import TokenEndpoint
    except ImportError as error:
        pytest.fail(f"{error.name} is missing; run `pip install 'apiref-codegen[endpoint]'`", pytrace=False)
    with ExitStack() as stack:

        def start(*, tls: bool = False, **options: Any) -> TokenEndpoint:
            settings = Settings(**{"public_discovery": True, **options})
            return stack.enter_context(TokenEndpoint(settings, tls=tls))

        yield start


@pytest.fixture
def token_endpoint(token_endpoints: Callable[..., TokenEndpoint]) -> TokenEndpoint:
    """Start an endpoint with the service account `default` in the namespace `default`."""
    return token_endpoints()
