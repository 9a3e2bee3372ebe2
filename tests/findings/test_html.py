"""The HTML report: a single offline file with escaped texts, and in a browser languages, filters
and search.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level
from codegen.core.locales import SHIPPED
from codegen.findings import formats
from codegen.findings.finding import Results, View
from codegen.validation.rule_catalogue import list_areas
from support.browser import open_page
from support.report_samples import finding, results

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


class Parsed(HTMLParser):
    """A parser that collects tags with attributes and the visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._hidden = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        self.text += data if not self._hidden else ""


def render_html(found: Results) -> str:
    return formats.render(found, "html")


SOME = results(
    finding(
        5,
        Level.ERR,
        "the bed may be missing",
        rule="field-became-optional",
        request=Level.INFO,
        response=Level.ERR,
        ids=("Bed#a", "Bed#b"),
    ),
    finding(1, Level.ERR, "the shed is gone", rule="definition-removed", direction="response"),
    finding(2, Level.INFO, "the plot is new", rule="definition-added", direction="request"),
    finding(3, Level.INFO, "the gate is new", rule="definition-added", direction="both"),
    finding(
        4,
        Level.WARN,
        rule="description-changed",
        old="one two three four",
        new="one two 三 four",
        subject="Plot.name",
    ),
)


def test_report_is_single_file_without_requests() -> None:
    page = Parsed(render_html(SOME))
    assert not [
        tag
        for tag, _ in page.tags
        if tag in ("link", "img", "iframe", "object", "embed", "base", "source")
    ]
    assert all(
        set(attributes) <= {"lang"} for tag, attributes in page.tags if tag in ("script", "style")
    )
    assert not re.search(r"url\(|@import|https?:", render_html(SOME))
    (policy,) = [
        attributes["content"] for tag, attributes in page.tags if attributes.get("http-equiv")
    ]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_word_differences_are_marked_in_changed_texts_only() -> None:
    marked = re.findall('<p class="change">(.*?)</p>', render_html(SOME))
    assert {*marked} == {"one two <del>three</del> <ins>三</ins> four "}
    default = finding(6, rule="default-changed", old="one two three four", new="one two 三 four")
    found = replace(SOME, takes_baseline=True, findings=(*SOME.findings, default))
    assert re.findall(r"\[-.*-\]", formats.render(found, "text", View(descriptions=True))) == [
        "[-three-]"
    ]


def test_bundled_languages_are_translated() -> None:
    page = Parsed(render_html(SOME))
    buttons = [
        attributes["data-language"]
        for tag, attributes in page.tags
        if "data-language" in attributes
    ]
    assert buttons == list(SHIPPED.available())
    for tag in buttons:
        assert tag is not None
        assert SHIPPED.get(tag).report["reset"] in page.text


def test_titles_exist_only_for_existing_rules() -> None:
    known = {rule.id for area in list_areas() for rule in area.rules}
    for tag in SHIPPED.available():
        assert set(SHIPPED.get(tag).rules) <= known
    assert "定义已移除" in Parsed(render_html(SOME)).text


@contextmanager
def open_report(
    browser: Browser, found: Results, file: Path, fragment: str = "", width: int = 1200
) -> Iterator[Page]:
    file.write_text(render_html(found), encoding="utf-8")
    with open_page(browser, f"{file.as_uri()}{fragment}", width=width) as page:
        yield page
        assert page.evaluate("performance.getEntriesByType('resource').length") == 0


def visible_findings(page: Page) -> list[str]:
    """Return the first line of each visible finding."""
    rows = page.locator("li[data-level]").all()
    return [row.inner_text().splitlines()[0] for row in rows if row.is_visible()]


ALL = [
    "the shed is gone",
    "the bed may be missing",
    "Plot.name",
    "the gate is new",
    "the plot is new",
]


@pytest.mark.slow
def test_language_switch_is_kept_in_address(browser: Browser, tmp_path: Path) -> None:
    with open_report(browser, SOME, tmp_path / "report.html") as page:
        body = page.locator("main")
        assert "breaking" in body.inner_text()
        assert "不兼容" not in body.inner_text()
        page.click("[data-language=zh-cn]")
        assert "不兼容" in body.inner_text()
        assert "breaking" not in body.inner_text()
        assert "全部" in page.inner_text("[name=rule]")
        fragment = "#" + page.url.partition("#")[2]
    with open_report(browser, SOME, tmp_path / "report.html", fragment) as page:
        assert "不兼容" in page.inner_text("main")


@pytest.mark.slow
def test_filters_by_level_rule_direction_and_text(browser: Browser, tmp_path: Path) -> None:
    with open_report(browser, SOME, tmp_path / "report.html") as page:
        assert sorted(visible_findings(page)) == sorted(ALL)
        page.click("[name=level][value=INFO]")
        assert sorted(visible_findings(page)) == [
            "Plot.name",
            "the bed may be missing",
            "the shed is gone",
        ]
        page.click("button[type=reset]")
        page.select_option("[name=direction]", "request")
        assert sorted(visible_findings(page)) == sorted({*ALL} - {"the shed is gone"})
        page.click("[name=level][value=ERR]")  # INFO for senders
        assert "the bed may be missing" in visible_findings(page)
        page.click("[name=level][value=ERR]")
        page.select_option("[name=rule]", "definition-added")
        assert sorted(visible_findings(page)) == ["the gate is new", "the plot is new"]
        page.locator("[name=text]").press_sequentially("GATE new")
        assert visible_findings(page) == ["the gate is new"]
        assert page.inner_text("#shown").startswith("1 / 5")
        fragment = "#" + page.url.partition("#")[2]
    with open_report(browser, SOME, tmp_path / "report.html", fragment) as page:
        assert visible_findings(page) == ["the gate is new"]
        page.locator("[name=text]").press_sequentially(" nothing")
        assert page.is_visible("#none")
        assert not [each for each in page.locator("h2").all() if each.is_visible()]


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", SHIPPED.available())
def test_report_fits_window_width(
    browser: Browser, tmp_path: Path, width: int, language: str
) -> None:
    long: tuple[Finding, ...] = (
        *SOME.findings,
        finding(9, text="x" * 500, path="y" * 300, id="z" * 300),
    )
    found = replace(SOME, findings=long)
    with open_report(browser, found, tmp_path / "report.html", f"#lang={language}", width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
