"""The page of findings: one file that needs no network, whose texts stay texts; in a browser both languages, filter and search."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level
from codegen.core.locales import SHIPPED
from codegen.findings import formats
from codegen.findings.finding import NotCompared
from codegen.findings.formats import Results
from codegen.validation.rule_catalogue import list_areas
from support.report_samples import HOSTILE, finding, hostile, results


class Page(HTMLParser):
    """Tags with their attributes, and the text that a reader sees."""

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


def html(found: Results) -> str:
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
        "x",
        rule="description-changed",
        old="one two three four",
        new="one two 三 four",
        subject="Plot.name",
    ),
)


def test_it_is_one_file_that_asks_for_nothing() -> None:
    page = Page(html(SOME))
    assert not [tag for tag, _ in page.tags if tag in ("link", "img", "iframe", "object", "embed", "base", "source")]
    assert all(set(attributes) <= {"lang"} for tag, attributes in page.tags if tag in ("script", "style"))
    assert not re.search(r"url\(|@import|https?:", html(SOME))
    (policy,) = [attributes["content"] for tag, attributes in page.tags if attributes.get("http-equiv")]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def shape(text: str) -> list[tuple[str, frozenset[str]]]:
    """Tags with the names of their attributes: what a text must not change."""
    return [(tag, frozenset(attributes)) for tag, attributes in Page(text).tags]


@pytest.mark.parametrize(
    "text", [*HOSTILE, "</script><script>x</script>", "'\" onclick=x", "<!--", "{{ 7*7 }}", "{% x %}"]
)
def test_no_text_becomes_markup(text: str) -> None:
    def page(value: str) -> str:
        values: dict[str, Any] = dict.fromkeys(("meaning", "hint", "detail", "id", "subject", "cause"), value)
        found = replace(finding(text=value, path=value), **values)
        return html(results(found, notes=(value,), summary=(value,), not_compared=(NotCompared(what=value, count=1),)))

    assert shape(page(text)) == shape(page("plain"))
    if text.isprintable():
        assert text in " ".join(Page(page(text)).text.split())


def test_hostile_texts_are_shown_as_they_are() -> None:
    text = Page(html(hostile())).text
    assert "<img onerror=z>" in text
    assert "U+202E" in text
    html(hostile()).encode("utf-8")


def test_what_could_not_be_compared_stands_above_all_and_nothing_is_called_clean() -> None:
    text = Page(html(results(not_compared=(NotCompared(what="bed.md", count=1),)))).text
    assert "not compared: bed.md" in text
    assert "no drift" not in text
    assert "no drift" in Page(html(results())).text


def test_each_language_that_ships_has_its_words() -> None:
    page = Page(html(SOME))
    buttons = [attributes["data-language"] for tag, attributes in page.tags if "data-language" in attributes]
    assert buttons == list(SHIPPED.available())
    for tag in buttons:
        assert tag is not None
        assert SHIPPED.get(tag).report["reset"] in page.text


def test_titles_of_rules_are_of_rules_that_there_are() -> None:
    known = {rule.id for area in list_areas() for rule in area.rules}
    for tag in SHIPPED.available():
        assert set(SHIPPED.get(tag).rules) <= known
    assert "定义已移除" in Page(html(SOME)).text


# ------------------------------------------------------------------------------------------------------ a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)
    driver_of_it = shutil.which("chromedriver")
    library = importlib.util.find_spec("selenium")
    if program is None or driver_of_it is None or library is None:
        lacking = (
            "there is no selenium, or no Chromium with its driver on this machine (apt: chromium, chromium-driver)"
        )
        if os.environ.get("CODEGEN_BROWSER") == "required":  # in CI, where a skip would be a hole
            pytest.fail(lacking)
        pytest.skip(lacking)
    webdriver = importlib.import_module("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver_of_it))
    yield driver
    driver.quit()


Opening = Callable[..., None]


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Opening]:
    def load(found: Results = SOME, fragment: str = "") -> None:
        file = tmp_path / "report.html"
        file.write_text(html(found), encoding="utf-8")
        browser.get("about:blank")
        browser.get(f"{file.as_uri()}{fragment}")

    yield load
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert [entry["message"] for entry in browser.get_log("browser")] == []


def shown(browser: Any) -> list[str]:
    """The first line of each finding that a reader sees."""
    rows = browser.find_elements("css selector", "li[data-level]")
    return [row.text.splitlines()[0] for row in rows if row.is_displayed()]


ALL = ["the shed is gone", "the bed may be missing", "Plot.name", "the gate is new", "the plot is new"]


@pytest.mark.slow
def test_the_language_is_switched_and_remembered_in_the_address(browser: Any, opened: Opening) -> None:
    opened()
    body = browser.find_element("tag name", "main")
    assert "breaks someone" in body.text
    assert "会破坏使用方" not in body.text
    browser.find_element("css selector", "[data-language=zh-cn]").click()
    assert "会破坏使用方" in body.text
    assert "breaks someone" not in body.text
    assert "全部" in browser.find_element("name", "rule").text
    opened(SOME, "#" + browser.current_url.partition("#")[2])
    assert "会破坏使用方" in browser.find_element("tag name", "main").text


@pytest.mark.slow
def test_levels_rules_directions_and_words_filter(browser: Any, opened: Opening) -> None:
    opened()
    assert sorted(shown(browser)) == sorted(ALL)
    browser.find_element("css selector", "[name=level][value=INFO]").click()
    assert sorted(shown(browser)) == ["Plot.name", "the bed may be missing", "the shed is gone"]
    browser.find_element("css selector", "button[type=reset]").click()
    browser.find_element("css selector", "[name=direction] [value=request]").click()
    assert sorted(shown(browser)) == ["Plot.name", "the bed may be missing", "the gate is new", "the plot is new"]
    browser.find_element("css selector", "[name=level][value=ERR]").click()  # for who sends it, it is INFO
    assert "the bed may be missing" in shown(browser)
    browser.find_element("css selector", "[name=level][value=ERR]").click()
    browser.find_element("css selector", "[name=rule] [value=definition-added]").click()
    assert sorted(shown(browser)) == ["the gate is new", "the plot is new"]
    browser.find_element("name", "text").send_keys("GATE new")
    assert shown(browser) == ["the gate is new"]
    assert browser.find_element("id", "shown").text.startswith("1 / 5")
    opened(SOME, "#" + browser.current_url.partition("#")[2])
    assert shown(browser) == ["the gate is new"]
    browser.find_element("name", "text").send_keys(" nothing")
    assert browser.find_element("id", "none").is_displayed()
    assert not [each for each in browser.find_elements("tag name", "h2") if each.is_displayed()]


@pytest.mark.slow
def test_hostile_texts_run_nothing(browser: Any, opened: Opening) -> None:
    opened(hostile())
    assert len(shown(browser)) == len(hostile().findings)


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", SHIPPED.available())
def test_nothing_is_wider_than_the_window(browser: Any, opened: Opening, width: int, language: str) -> None:
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    long: tuple[Finding, ...] = (*SOME.findings, finding(9, text="x" * 500, path="y" * 300, id="z" * 300))
    opened(replace(SOME, findings=long), f"#lang={language}")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
