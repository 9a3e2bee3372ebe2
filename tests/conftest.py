"""Options and settings of a test run."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
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
    os.environ["XDG_CACHE_HOME"] = str(Path(tempfile.gettempdir(), "codegen-tests"))
    budget.load_profile(config)
    budget.keep_files_in_memory()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Modules and tests are never freed, so the garbage collector ignores them and runs less often."""
    with collector_at_rest():
        yield
    gc.set_threshold(10_000, 10, 20)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Collect garbage once to find unclosed resources. pytest would do so five times, and Python at
    exit.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for one module, since a running driver would disturb tests with their own event
    loop.
    """
    from support.browser import chromium  # large and used by few modules

    with chromium() as found:
        yield found
