"""Scripts of pages in a browser, under the policy of the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gardens.parts import openapi
from gardens.site import site_for
from support.browser import expect, open_page, serve_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

KEY = "io.example.api.garden.v1"
DEPTH = 4
PLOT = "en/garden.example.com/plot-v1/"


def garden(release: int) -> dict[str, Any]:
    """Return a kind with many nested fields.

    The second release adds one at the bottom and removes one at the top.
    """
    text = {"type": "string", "description": "A long text. " * 30}
    definitions: dict[str, Any] = {}
    for level in range(DEPTH):
        fields: dict[str, Any] = {f"part{number}": text for number in range(16)}
        if level < DEPTH - 1:
            fields["below"] = {
                "$ref": f"#/definitions/{KEY}.Level{level + 1}",
                "description": "What is below.",
            }
        elif release > 1:
            fields["last"] = text
        if release == 1 and not level:
            fields["old"] = text
        definitions[f"{KEY}.Level{level}"] = {"type": "object", "properties": fields}
    gvk = {"group": "garden.example.com", "version": "v1", "kind": "Plot"}
    spec = {"spec": {"$ref": f"#/definitions/{KEY}.Level0"}}
    definitions[f"{KEY}.Plot"] = {
        "type": "object",
        "properties": spec,
        "x-kubernetes-group-version-kind": [gvk],
    }
    if release > 1:
        definitions[f"{KEY}.Hut"] = {
            "type": "object",
            "x-kubernetes-group-version-kind": [gvk | {"kind": "Hut"}],
        }
    return openapi(definitions)


@pytest.fixture(scope="module")
def plot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the English page of the kind."""
    with serve_folder(two_releases(tmp_path_factory.mktemp("garden"))) as address:
        yield f"{address}{PLOT}"


def two_releases(root: Path, **settings: Any) -> Path:
    for release in (1, 2):
        (root / f"v1.{release}").mkdir()
        (root / f"v1.{release}/garden.json").write_text(
            json.dumps(garden(release)), encoding="utf-8"
        )
    paths = [f"v1.{release}/garden.json" for release in (1, 2)]
    return site_for(root, sources=[{"path": paths[-1]}], history=paths, **settings)


LAST = "spec.below.below.below.last"
MIDDLE = "spec.below.below.part1"


def top(page: Page, field: str) -> float:
    """Return the distance of a field from the top of the window."""
    box = page.locator(f"[id='{field}']").bounding_box()
    assert box is not None
    return box["y"]


def test_link_unfolds_its_target(browser: Browser, plot: str) -> None:
    with open_page(browser, f"{plot}#{LAST}") as page:
        assert page.locator(f"[id='{LAST}']").is_visible()
        assert 0 < top(page, LAST) < 900
        _, unfold, fold = page.locator(".tools button").all()
        fold.click()
        assert page.locator("[id='spec.part0']").is_hidden()
        unfold.click()
        assert page.locator(f"[id='{LAST}']").is_visible()
        fold.click()
        page.evaluate("() => { location.hash = '' }")
        page.evaluate("([id]) => { location.hash = id }", [LAST])
        page.locator(f"[id='{LAST}']").wait_for()


def test_arrow_keys_navigate_tree(browser: Browser, plot: str) -> None:
    with open_page(browser, plot) as page:
        page.locator(".tools button").nth(2).click()
        page.locator("[id='spec'] a.name").first.focus()
        walked = []
        for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowLeft"):
            page.keyboard.press(key)
            walked.append(
                page.evaluate(
                    "() => decodeURIComponent((document.activeElement.hash ?? '').slice(1))"
                )
            )
        first, second = page.evaluate(
            "() => [...document.querySelectorAll('[id=spec] > details > .field')].slice(0, 2).map(({ id }) => id)"
        )
        assert walked == ["spec", first, second, first, "spec", "spec"]
        assert page.locator(f"[id='{first}']").is_hidden()


def test_descriptions_are_hidden_until_requested(browser: Browser, plot: str) -> None:
    with open_page(browser, f"{plot}#{MIDDLE}") as page:
        said = [page.locator(f"[id='{field}'] > .said") for field in ("spec.part0", MIDDLE)]
        assert [each.is_visible() for each in said] == [False, True]
        page.locator(".tools button").first.click()
        page.reload()
        assert [each.is_visible() for each in said] == [True, True]
        assert page.locator(".tools button").first.get_attribute("aria-pressed") == "false"


def test_path_of_visible_field_is_shown_and_copied(browser: Browser, plot: str) -> None:
    with open_page(browser, f"{plot}#{LAST}", width=390) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        way, (path, link) = page.locator(".where nav"), page.locator(".where button").all()
        assert way.inner_text() == "Plot › spec › below › below › below › last"
        path.click()
        page.locator(".where button", has_text="Copied").wait_for()
        assert page.evaluate("() => navigator.clipboard.readText()") == LAST
        page.evaluate(
            "() => document.getElementById('spec.part0').scrollIntoView({ behavior: 'instant' })"
        )
        page.locator(".where nav", has_text="part").wait_for()
        link.click()
        expect(link).to_have_text("Copied")
        assert "plot-v1/#spec.part" in page.evaluate("() => navigator.clipboard.readText()")


def test_earlier_release_shows_its_own_fields(browser: Browser, plot: str) -> None:
    with open_page(browser, f"{plot}#{LAST}") as page:
        last, former, note = (
            page.locator(f"[id='{LAST}']"),
            page.locator("[id='spec.old']"),
            page.locator("h1 + .as-of"),
        )
        assert (last.is_visible(), note.is_visible(), former.get_attribute("class")) == (
            True,
            False,
            "field former",
        )
        page.select_option("header select", "1.1")
        assert (last.is_visible(), former.get_attribute("class")) == (False, "field")
        assert note.inner_text().startswith("As of 1.1:")
        page.goto(f"{plot}?at=1.2")
        assert (page.input_value("header select"), note.is_visible()) == ("1.2", False)
        page.goto(plot)  # the selection in this window
        assert page.input_value("header select") == "1.1"


def test_earlier_release_has_no_text_about_later_ones(browser: Browser, plot: str) -> None:
    with open_page(browser, plot) as page:
        last = page.locator(f"[id='{LAST}'] > .head")
        assert "since 1.2" in str(last.text_content())
        page.select_option("header select", "1.1")
        assert "since 1.2" not in str(last.text_content())
        page.select_option("header select", "1.2")
        assert "since 1.2" in str(last.text_content())


def test_missing_target_of_release_is_named(browser: Browser, plot: str) -> None:
    with open_page(browser, f"{plot}?at=1.1#{LAST}") as page:
        assert page.locator(".missed").inner_text() == f"{LAST} is not in 1.1."
        expect(page.locator(".missed")).to_be_in_viewport()
        page.goto(f"{plot.replace('plot', 'hut')}?at=1.1")
        assert page.locator("h1 + .as-of").inner_text() == "Hut is not in 1.1."
        page.goto(f"{plot}?at=1.2#{LAST}")
        page.reload()
        assert page.locator(".as-of:visible").count() == 0


def test_release_switch_keeps_target(browser: Browser, tmp_path: Path) -> None:
    root = two_releases(tmp_path, site={"releases": True, "base": "https://docs.example.com/api"})
    places = (
        (root / name / PLOT / "index.html").read_text(encoding="utf-8") for name in ("", "v1.1")
    )
    assert [re.findall('canonical" href="([^"]*)"', text) for text in places] == [
        [f"https://docs.example.com/api/{name}{PLOT}"] for name in ("", "v1.1/")
    ]
    with (
        serve_folder(root) as address,
        open_page(browser, f"{address}{PLOT}?at=1.1#{LAST}") as page,
    ):
        note, missed = page.locator("h1 + .as-of"), page.locator(".missed")
        assert (page.input_value("header select"), missed.is_visible()) == ("1.2", False)
        page.select_option("header select", "1.1")
        page.wait_for_url(f"{address}v1.1/{PLOT}#{LAST}")
        expect(missed).to_have_text(f"{LAST} is not in 1.1.")
        assert page.locator("[id='spec.below.below.below']").is_visible()
        assert page.locator("[id='spec.old']").get_attribute("class") == "field"
        page.select_option("header select", "1.2")
        page.wait_for_url(f"{address}{PLOT}#{LAST}")
        page.goto(f"{address}{PLOT.replace('plot', 'hut')}")
        page.select_option("header select", "1.1")
        expect(note).to_have_text("Hut is not in 1.1.")
        assert page.input_value("header select") == "1.2"


def test_colour_scheme_is_remembered(browser: Browser, plot: str) -> None:
    colour = "() => getComputedStyle(document.body).backgroundColor"
    with open_page(browser, plot) as page:
        light = page.evaluate(colour)
        page.locator("button.theme").click()
        dark = page.evaluate(colour)
        assert page.locator("button.theme").get_attribute("aria-pressed") == "true"
        page.reload()
        assert (page.evaluate(colour), light != dark) == (dark, True)
        page.locator("button.theme").click()
        assert page.evaluate(colour) == light


def test_code_is_copied_and_question_mark_shows_shortcuts(browser: Browser, plot: str) -> None:
    with open_page(browser, plot) as page:
        page.keyboard.press("?")
        assert page.locator("dialog").is_visible()
        page.keyboard.press("Escape")
        assert page.locator("dialog").is_hidden()
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        code = page.locator(".samples code").first
        page.locator("button.copy").first.click()
        page.locator("button.copy", has_text="Copied").wait_for()
        assert page.evaluate("() => navigator.clipboard.readText()") == code.text_content()


@pytest.mark.parametrize("fragment", ["", f"#{LAST}"])
def test_language_switch_keeps_field_and_scroll_position(
    browser: Browser, plot: str, fragment: str
) -> None:
    with open_page(browser, f"{plot}{fragment}") as page:
        page.locator(".tools button").nth(1).click()
        page.evaluate(
            "([id]) => document.getElementById(id).scrollIntoView({ behavior: 'instant' })",
            [MIDDLE],
        )
        before = top(page, MIDDLE)
        page.locator("a[data-language=zh-cn]").click()
        page.wait_for_url(f"**/zh-cn/**{fragment}")
        page.locator("button.theme").wait_for()
        page.wait_for_load_state()
        page.wait_for_timeout(50)
        assert page.locator("html").get_attribute("lang") == "zh-cn"
        assert abs(top(page, MIDDLE) - before) < 60


def test_release_in_address_marks_its_changes(browser: Browser, plot: str) -> None:
    with open_page(browser, f"{plot}?release=1.2") as page:
        mark = page.locator(".mark.asked")
        assert mark.all_inner_texts() == ["since 1.2"]
        assert mark.is_visible()
        assert 0 < top(page, LAST) < 900
