"""A Chromium and a file server for tests. Without Chromium tests are skipped, or fail in CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page


@contextmanager
def chromium() -> Iterator[Browser]:
    """Launch the browser of this machine."""
    from playwright.sync_api import sync_playwright  # large, so loaded on demand

    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)
    if program is None:
        lacking = "there is no Chromium on this machine (apt: chromium)"
        if os.environ.get("CODEGEN_BROWSER") == "required":  # CI must not skip these tests
            pytest.fail(lacking)
        pytest.skip(lacking)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class _InParts(_Quiet):
    """A handler that sends files in parts, as a slow network does."""

    def copyfile(self, source: Any, outputfile: Any) -> None:
        while part := source.read(20_000):
            outputfile.write(part)
            sleep(0.05)


@contextmanager
def serve_folder(folder: Path, *, in_parts: bool = False) -> Iterator[str]:
    """Serve a folder. Yields its address with a trailing slash."""
    handler = _InParts if in_parts else _Quiet
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def open_page(
    browser: Browser, address: str, *, width: int = 1200, height: int = 900
) -> Iterator[Page]:
    """Open a page in a new window. Script errors and policy violations fail the test."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    wrong: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrong.append(message.text)

    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert wrong == []


def expect(place: Locator) -> Any:
    """Return Playwright's waiting assertions about a locator, whose type it does not export."""
    from playwright.sync_api import expect as waiting

    return waiting(place)


def serious_axe_findings(page: Page, shown: int = 120) -> list[str]:
    """Return serious and critical axe findings: the rule and the beginning of the first element."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{each['id']}: {each['nodes'][0]['html'][:shown]}"
        for each in Axe().run(page).response["violations"]
        if each["impact"] in ("serious", "critical")
    ]
