"""The site beside mkdocs-material on the same pages, and the limits of its pages and builds, as rows of `make bench`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from row import Row, interleaved

BIN = Path(sys.executable).parent
RELEASES_TOLD = 4
_SECOND = 1000
# From a click until the browser has painted what it changed.
_FOLDS = """() => new Promise((done) => {
  const fold = document.querySelector(".tree details");
  fold.querySelector("summary").addEventListener("click", () => {
    const start = performance.now();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
  }, { capture: true });
  fold.querySelector("summary").click();
})"""
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def rows(documents: list[Path]) -> Iterator[Row]:
    """All rows, of the OpenAPI documents of releases from the oldest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield beside_material(documents[-1], folder / "beside")
        whole = _project(folder / "whole", documents[-1:], ["en", "zh-cn"])
        yield _within("codegen site, {} in two languages", documents[-1], 10, _built(whole))
        if len(documents) >= RELEASES_TOLD:
            several = _project(folder / "several", documents[-RELEASES_TOLD:], ["en", "zh-cn"], history=True)
            yield _within(f"the same with the history of {RELEASES_TOLD} releases", documents[-1], 15, _built(several))
        yield from _pages(whole / "build/site")


def _within(what: str, document: Path, seconds: float, run: Callable[[], object]) -> Row:
    """A time beside the one that is promised."""
    mine, _ = interleaved(run, lambda: None, 3)
    what = f"{what.format(document.parent.name)} / {seconds:g} s"
    return Row(what=what, ours=mine, theirs=seconds * _SECOND, unit="ms", at_most=1)


def _project(folder: Path, documents: list[Path], locales: list[str], *, history: bool = False) -> Path:
    """A configuration of the newest of some releases, whose document is copied, so that it can be edited."""
    source = folder / documents[-1].parent.name / documents[-1].name
    source.parent.mkdir(parents=True)
    shutil.copy(documents[-1], source)
    own = str(source.relative_to(folder))
    config: dict[str, Any] = {"sources": [{"path": own}], "locales": locales, "outputs": []}
    if history:
        config["history"] = [*(str(each) for each in documents[:-1]), own]
    (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    return folder


def _built(folder: Path) -> Callable[[], object]:
    return lambda: subprocess.run([BIN / "codegen", "site"], cwd=folder, check=True, capture_output=True)


def beside_material(document: Path, folder: Path) -> Row:
    """All kinds of a release in English with search; mkdocs-material makes its site of our plain pages."""
    _project(folder, [document], ["en"])
    config = json.loads((folder / "codegen.yaml").read_text(encoding="utf-8"))
    config["outputs"] = [{"target": "docs", "layout": "plain", "to": "docs"}]
    (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    (folder / "mkdocs.yml").write_text(json.dumps({"site_name": "x", "theme": {"name": "material"}}), encoding="utf-8")
    subprocess.run([BIN / "codegen", "generate"], cwd=folder, check=True, capture_output=True)
    count = sum(1 for _ in (folder / "docs").rglob("*.md"))
    command = [str(BIN / "mkdocs"), "build", "--quiet"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    mine, others = interleaved(
        _built(folder), lambda: subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment), 1
    )
    what = f"codegen site, {document.parent.name} in English / mkdocs-material on its {count} plain pages"
    return Row(what=what, ours=mine, theirs=others, unit="ms", at_most=1)


def _pages(site: Path) -> Iterator[Row]:
    """What pages weigh, and how soon the largest one can be used."""
    page = next(site.glob("en/authentication/token-request-*/index.html"))
    text = page.read_text(encoding="utf-8")
    kinds = {"HTML": (len(text.encode()), 60_000)}
    for ending, kind, most in ((".css", "styles", 20_000), (".js", "scripts", 20_000)):
        names = {part for part in text.split('"') if part.endswith(ending) and part.startswith("../")}
        kinds[kind] = (sum((page.parent / name).stat().st_size for name in names), most)
    for kind, (size, most) in kinds.items():
        what = f"the page of TokenRequest: {kind} / {most:,} bytes"
        yield Row(what=what, ours=size, theirs=most, unit="bytes", at_most=1)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("      no Chromium: the rows on the page of Pod are left out")
        return
    times = list(_in_browser(chromium, site))
    for place, what in enumerate(("the first paint of its content", "a fold reacts")):
        mine = sorted(each[place] for each in times)[len(times) // 2]
        yield Row(what=f"the page of Pod in Chromium: {what} / 1 s", ours=mine, theirs=_SECOND, unit="ms", at_most=1)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def _in_browser(program: str, site: Path) -> Iterator[tuple[float, float]]:
    """The milliseconds until the page of Pod is painted, and from a click on a fold until it has changed, a few times."""
    from playwright.sync_api import sync_playwright

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for _ in range(5):
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/en/core/pod-v1/")
            yield page.evaluate(_PAINTED), page.evaluate(_FOLDS)
            page.close()
        browser.close()
    server.shutdown()
    server.server_close()
