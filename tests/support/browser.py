"""A Chromium that tests drive, and a folder that is served to it. Without one a test is skipped, which says so; in CI that is a failure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this machine."""
    from playwright.sync_api import sync_playwright  # large: loaded where a browser is started

    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)
    if program is None:
        lacking = "there is no Chromium on this machine (apt: chromium)"
        if os.environ.get("CODEGEN_BROWSER") == "required":  # in CI, where a skip would be a hole
            pytest.fail(lacking)
        pytest.skip(lacking)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder as a plain server of files serves it, with a slash behind it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def opened(browser: Browser, address: str, *, width: int = 1200, height: int = 900) -> Iterator[Page]:
    """A page in a window of its own, on which nothing may go wrong: no error of a script, nothing that its policy refuses."""
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
    """What is asserted of a place on a page, for which Playwright waits: its LocatorAssertions, which it does not export as a type."""
    from playwright.sync_api import expect as waiting

    return waiting(place)


def grave(page: Page, shown: int = 120) -> list[str]:
    """What axe finds serious or critical on a page: its rule, and so many characters of the first element that breaks it."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{each['id']}: {each['nodes'][0]['html'][:shown]}"
        for each in Axe().run(page).response["violations"]
        if each["impact"] in ("serious", "critical")
    ]
