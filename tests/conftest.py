"""Options of the test run, and what it notes for its end."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

import budget
import examples
from codegen.endpoint.pytest_plugin import token_endpoint, token_endpoints  # noqa: F401  - also where the package was installed before it had an entry point
from source_code import collector_at_rest
from tried import tried
from triggered import is_whole, recorder

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases",
        action="store_true",
        help="rewrite the expectations of tests/cases; a case that changes still fails this run",
    )


def pytest_configure(config: pytest.Config) -> None:
    budget.choose(config)
    budget.keep_files_in_memory()
    recorder.install()
    config.pluginmanager.register(recorder, "triggered-rules")
    config.pluginmanager.register(tried, "hostile-texts")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many commands of README and docs are run, and why the others are not, where their tests were; what a whole run has taken."""
    reports = [each for group in terminalreporter.stats.values() for each in group]
    if any(getattr(each, "nodeid", "").startswith("tests/test_readme_examples.py") for each in reports):
        run, left = examples.counts()
        terminalreporter.section("commands of README and docs")
        terminalreporter.line(f"{run} are run (those marked slow by make test-all), {left.total()} are not:")
        for why, count in left.most_common():
            terminalreporter.line(f"  {count:3} {why}")
    if is_whole(terminalreporter.config):
        terminalreporter.section("work")
        terminalreporter.line(f"{budget.spent():.0f} s on processors, by the run and all that it started")


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
    from browser import chromium  # of interest to few modules, and large

    with chromium() as found:
        yield found


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """No machine loses its power here: what is written need not be on the disk before a test goes on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield
