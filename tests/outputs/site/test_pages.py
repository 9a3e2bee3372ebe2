"""Site pages in Chromium: with and without scripts, with the keyboard, on phones, and in both
languages.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest

from gardens.site import garden, site_for
from support.browser import expect, open_page, serve_folder
from support.corpus import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

TOKEN = "authentication.k8s.io/token-request-v1/"
PLOT = "garden.example.io/plot-v1/"
PAGES = ("", "garden.example.io/", TOKEN, PLOT, "definitions/bed-v1-garden-api-example-io/")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of the translated bundled page and of an untranslated kind."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "plot.json").write_text(json.dumps(garden()), encoding="utf-8")
    (page,) = (ROOT / "schemas/sources").glob("*.txt")
    sources = [{"path": str(page), "locale": "zh-cn"}, {"path": "plot.json"}]
    with serve_folder(
        site_for(folder, sources=sources, translations=str(ROOT / "schemas/translations"))
    ) as place:
        yield place


def test_pages_styles_and_scripts_are_small(address: str) -> None:
    with urlopen(f"{address}en/{TOKEN}") as answer:  # noqa: S310 - our own server
        text = answer.read().decode()
    names = re.findall(r'(?:href|src)="((?:\.\./)+[\w.-]+\.(?:css|js))"', text)
    sizes = {".css": 0, ".js": 0}
    for name in names:
        with urlopen(urljoin(f"{address}en/{TOKEN}", name)) as answer:  # noqa: S310
            sizes[f".{name.rpartition('.')[2]}"] += len(answer.read())
    assert len(text.encode()) <= 60_000
    assert 0 < sizes[".css"] <= 20_000
    assert 0 < sizes[".js"] <= 30_000


@pytest.mark.parametrize("tag", ["en", "zh-cn"])
def test_pages_fit_phone_width(browser: Browser, address: str, tag: str) -> None:
    for path in PAGES:
        with open_page(browser, f"{address}{tag}/{path}", width=320) as page:
            page.evaluate(
                "for (const each of document.querySelectorAll('details')) each.open = true"
            )
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_former_anchor_of_type_leads_to_its_field(browser: Browser, address: str) -> None:
    with open_page(browser, f"{address}en/{PLOT}#PlotSpec") as page:
        expect(page.locator("#spec > .head")).to_be_in_viewport()
        assert page.url.endswith("#spec")


def test_other_language_is_shown_next_to_texts(browser: Browser, address: str) -> None:
    with open_page(browser, f"{address}zh-cn/{TOKEN}") as page:
        page.get_by_role("button", name="双语对照").click()
        both = page.locator("[id='spec.audiences'] > .said")
        expect(both.nth(1)).to_contain_text("audiences are the intended audiences of the token")
        first, second = both.nth(0).bounding_box(), both.nth(1).bounding_box()
        assert first is not None
        assert second is not None
        assert second["x"] > first["x"]
        assert abs(second["y"] - first["y"]) < 20
        page.reload()  # it is in the address
        expect(both.nth(1)).to_be_visible()
        page.get_by_role("button", name="双语对照").click()
        expect(both.nth(1)).to_be_hidden()


def test_pages_work_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}en/{PLOT}#PlotSpec")
    page.locator("#PlotSpec a").click()
    expect(page.locator("#spec > .head")).to_be_in_viewport()
    page.goto(f"{address}en/{TOKEN}#spec.audiences")
    expect(page.locator("[id='spec.audiences'] .head")).to_be_in_viewport()
    example = page.locator(".samples summary").filter(has_text="JSON").first
    example.click()
    expect(page.locator(".language-json").first).to_be_visible()
    expect(page.locator(".language-yaml").first).to_be_hidden()
    page.get_by_role("link", name="简体中文").click()
    assert page.url.partition("?")[0].endswith(f"zh-cn/{TOKEN}")
    context.close()


def test_pages_work_with_keyboard_only(browser: Browser, address: str) -> None:
    with open_page(browser, f"{address}en/{PLOT}") as page:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the fields")).to_be_focused()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "_fields"
        page.keyboard.press("Shift+Tab")
        page.get_by_role("link", name="Skip to the content").focus()
        expect(page.locator("#spec > details > summary")).to_have_accessible_name(
            re.compile("^spec: ")
        )
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "_content"
        focused = []
        for _ in range(60):
            page.keyboard.press("Tab")
            focused.append(page.evaluate("document.activeElement.matches('.below > summary')"))
            if focused[-1]:
                break
        assert focused[-1]
        before = page.evaluate("document.activeElement.parentElement.open")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.parentElement.open") is not before
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


@pytest.mark.parametrize("path", ["404.html", "zh-cn/404.html"])
def test_missing_page_suggests_others(browser: Browser, address: str, path: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    lost = page.request.get(address + path).text()
    page.route("**/plots-v1/", lambda route: route.fulfill(body=lost, content_type="text/html"))
    page.goto(f"{address}en/garden/plots-v1/")
    first = page.locator("#lost a").first
    expect(first).to_contain_text("Plot")
    first.click()
    expect(page.locator("h1")).to_contain_text("Plot")
    context.close()


@pytest.mark.parametrize(
    ("path", "shown"), [("zh-cn/none/", ["zh-cn"]), ("none/", ["en", "zh-cn"])]
)
def test_missing_page_has_language_of_address(
    browser: Browser, address: str, path: str, shown: list[str]
) -> None:
    page = browser.new_page()
    lost = page.request.get(f"{address}404.html").text()
    page.route(f"**/{path}", lambda route: route.fulfill(body=lost, content_type="text/html"))
    page.goto(address + path)
    page.locator("#lost a, #lost:empty").first.wait_for(state="attached")
    expect(page.locator("main > [lang]:visible")).to_have_count(len(shown))
    assert [
        each.get_attribute("lang") for each in page.locator("main > [lang]:visible").all()
    ] == shown
    page.close()


@pytest.mark.parametrize(
    ("scripts", "old", "new"),
    [
        (True, "garden/plot-v1/?side#PlotSpec", f"{PLOT}?side#spec"),
        (True, "garden/", "garden.example.io/"),
        (False, "garden/plot-v1/", PLOT),
    ],
)
def test_addresses_of_0_2_are_redirected(
    browser: Browser, address: str, scripts: bool, old: str, new: str
) -> None:
    page = browser.new_page(java_script_enabled=scripts)
    page.goto(f"{address}zh-cn/{old}")
    page.wait_for_url(f"{address}zh-cn/{new}")
    page.close()


def test_first_page_redirects_to_language_of_reader(browser: Browser, address: str) -> None:
    for wanted, tag in (("zh-CN", "zh-cn"), ("zh-TW", "zh-cn"), ("de", ""), ("en-GB", "en")):
        context = browser.new_context(locale=wanted)
        page: Page = context.new_page()
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.url == f"{address}{tag}/" if tag else page.url == address
        context.close()


def test_edit_is_shown_in_browser(browser: Browser, tmp_path: Path) -> None:
    document = garden()
    (tmp_path / "plot.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "codegen.yaml").write_text(
        json.dumps({"sources": [{"path": "plot.json"}], "outputs": [], "locales": ["en", "zh-cn"]})
    )
    command = [sys.executable, "-m", "codegen", "site", "--serve", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        try:
            lines = iter(process.stdout.readline, "")
            place = next(line.split()[0] for line in lines if line.startswith("http"))
            with open_page(browser, f"{place}zh-cn/") as page:
                name = document["definitions"]["io.example.api.garden.v1.Bed"]["properties"]["name"]
                for text, opens, field in (
                    ("Its own name.", PLOT, "spec.beds.name"),  # the first changed page
                    ("A name of its own.", PAGES[-1], "name"),  # this page, also changed
                ):
                    page.wait_for_timeout(1000)  # until the first poll of the script
                    name["description"] = text
                    (tmp_path / "plot.json").write_text(json.dumps(document), encoding="utf-8")
                    expect(page.locator(f"[id='{field}'] > .said")).to_contain_text(
                        text, timeout=30_000
                    )
                    assert page.url == f"{place}zh-cn/{opens}"
                    page.goto(f"{place}zh-cn/{PAGES[-1]}")
                (tmp_path / "plot.json").write_text("{", encoding="utf-8")
                page.wait_for_timeout(2500)
                page.reload()
                expect(page.locator("h1")).to_contain_text("Bed")
        finally:
            process.terminate()
        assert process.wait(10) == 128 + signal.SIGTERM
