"""Options and settings of a test run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from codegen.endpoint.pytest_plugin import session_token_endpoint, token_endpoint, token_endpoints  # noqa: F401  - also where the package was installed before it had an entry point
from support import budget
from support.endpoints import endpoint, open_endpoint  # noqa: F401  - fixtures of tests/endpoint
from support.source_code import collector_at_rest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases",
        action="store_true",
        help="rewrite the expectations of tests/cases and tests/endpoint/answers.jsonl; a case that changes still fails this run",
    )


def pytest_configure(config: pytest.Config) -> None:
    budget.choose(config)
    budget.keep_files_in_memory()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Modules and tests are there to the end; of what tests make, most goes without the collector, which comes less often than in a program."""
    with collector_at_rest():
        yield
    gc.set_threshold(10_000, 10, 20)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """What tests have left is looked through once, for what nobody closed: pytest would do so five times, and Python when it ends."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for one module: a driver that went on would be in the way of tests with a loop of their own."""
    from support.browser import chromium  # of interest to few modules, and large

    with chromium() as found:
        yield found
