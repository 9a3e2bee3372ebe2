"""Options of the test run, and what it notes for its end."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from codegen.endpoint.pytest_plugin import token_endpoint, token_endpoints  # noqa: F401  - also where the package was installed before it had an entry point
from tried import tried
from triggered import recorder

# How long an example takes says more about the machine than about the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases",
        action="store_true",
        help="rewrite the expectations of tests/cases; a case that changes still fails this run",
    )


def pytest_configure(config: pytest.Config) -> None:
    recorder.install()
    config.pluginmanager.register(recorder, "triggered-rules")
    config.pluginmanager.register(tried, "hostile-texts")
