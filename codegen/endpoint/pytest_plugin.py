"""The pytest plugin with the fixtures `token_endpoint`, `token_endpoints` and
`session_token_endpoint`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from codegen.endpoint.testing import TokenEndpoint


@contextmanager
def _open_endpoints() -> Iterator[Callable[..., TokenEndpoint]]:
    try:
        from codegen.endpoint.settings import Settings
        from codegen.endpoint.testing import TokenEndpoint
    except ImportError as error:
        pytest.fail(
            f"{error.name} is missing; run `pip install 'apiref-codegen[endpoint]'`", pytrace=False
        )
    with ExitStack() as stack:

        def start(*, tls: bool = False, **options: Any) -> TokenEndpoint:
            settings = Settings(**{"public_discovery": True, **options})
            return stack.enter_context(TokenEndpoint(settings, tls=tls))

        yield start


@pytest.fixture
def token_endpoints() -> Iterator[Callable[..., TokenEndpoint]]:
    """Start endpoints for one test, as in `token_endpoints(tls=True, issuer="https://...")`.

    Keywords are `tls` and those of `Settings`. By default everybody may read the discovery
    documents.
    """
    with _open_endpoints() as start:
        yield start


@pytest.fixture
def token_endpoint(token_endpoints: Callable[..., TokenEndpoint]) -> TokenEndpoint:
    """Start an endpoint with the service account `default` in the namespace `default`."""
    return token_endpoints()


@pytest.fixture(scope="session")
def session_token_endpoint() -> Iterator[TokenEndpoint]:
    """Start an endpoint for all tests, which is faster. Tests share its objects, keys and clock."""
    with _open_endpoints() as start:
        yield start()
