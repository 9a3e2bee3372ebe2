"""Hostile texts, names, types and values of inputs stay text on the pages of the site."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from codegen.core.diagnostics import Report
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation import po
from gardens import hostile
from gardens.hostile import PAYLOADS
from gardens.parts import GROUP
from gardens.site import site_for
from support import judging
from support.browser import serve_folder
from support.files import place

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

CRD_GROUP = "crd.example.com"
MARKUP = {name: text for name, text in PAYLOADS.items() if re.search(r"[<\[{]", text)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of a custom resource and of a document in which every text changes between releases."""
    folder = tmp_path_factory.mktemp("hostile")
    hostile.write(folder / "v1.1/api.json", hostile.document(MARKUP))
    newer = {name: f"{text} 2" for name, text in MARKUP.items()}
    api = hostile.write(folder / "v1.2/api.json", hostile.document(newer))
    resource = hostile.custom_resource()
    resource["metadata"]["name"] = f"plots.{CRD_GROUP}"
    resource["spec"]["group"] = CRD_GROUP
    hostile.write(folder / "crd.json", resource)
    texts = read_sources([SourcePath(path=api, display_path="api.json")], Report()).prose["en"]
    entries = [
        po.Entry(id=prose_id, english=prose.text, translation=f"译文 {prose.text}")
        for prose_id, prose in texts.items()
    ]
    catalog = po.format_catalog(entries, "zh-cn", po.Catalog(locale="zh-cn"))
    place({"l10n/zh-cn.po": catalog}, folder)
    return site_for(
        folder,
        sources=[{"path": "v1.2/api.json"}, {"path": "crd.json"}],
        translations="l10n",
        history=["v1.1/api.json", "v1.2/api.json"],
        site={"title": PAYLOADS["script"], "fragments": True},
    )


class Markup(HTMLParser):
    """A parser that collects the elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(sorted((name, value or "") for name, value in attrs))))


# Elements that pages use but texts cannot contain.
TAGS = """wbr a article aside b br button code dd details div dl dt footer form h1 h2 h3 header li main nav ol p pre section
    small span strong summary ul script link ins del"""
EVERYWHERE = """id class lang hidden tabindex title aria-label aria-labelledby aria-current aria-pressed
    data-says data-hint data-label data-none data-count data-failed data-language data-side data-event data-release
    data-from data-to data-more data-near data-script data-pages data-place data-releases data-until data-since data-path data-lang"""
ATTRIBUTES = {
    "*": {*EVERYWHERE.split()},
    "a": {"href", "hreflang", "rel", "download", "type"},
    "details": {"open", "name"},
    "button": {"type"},
    # Scripts of the site at the end of a page. A test below checks their addresses.
    "script": {"src", "type", "defer"},
    "link": {"href", "rel"},
}


def test_sanitizer_removes_nothing(site: Path) -> None:
    nh3: Any = judging.import_or_skip("nh3")
    files = sorted(site.rglob("*.html"))
    assert len(files) > 2 * len(MARKUP)
    for file in files:
        text = file.read_text(encoding="utf-8")
        if file.name == "fragment.html":
            body = text.partition("<article")[2]
            body = f"<article{body}"
        else:
            body = text.partition("<body")[2].partition(">")[2].partition("</body>")[0]
        cleaned = nh3.clean(
            body,
            tags={*TAGS.split()},
            attributes=ATTRIBUTES,
            url_schemes={"http", "https", "mailto"},
            link_rel=None,
            clean_content_tags=set(),
        )
        assert Markup(cleaned).elements == Markup(body).elements, file


def test_pages_have_own_attributes_and_links_only(site: Path) -> None:
    for file in sorted(site.rglob("*.html")):
        for tag, attributes in Markup(file.read_text(encoding="utf-8")).elements:
            for name, value in attributes:
                assert not name.startswith("on"), (file, tag, name)
                assert name != "style", (file, tag)
                if name in ("href", "src", "action") and value != "data:,":
                    assert urlsplit(value).scheme in ("", "http", "https"), (file, value)


STATE = """() => ({
  ran: window.canary_was_run ?? 0,
  scripts: [...document.scripts].filter((each) => each.type !== "application/ld+json" && !new URL(each.src).pathname.endsWith(".js")).length,
  links: [...document.links].filter(({ protocol }) => !/^https?:$/.test(protocol)).map(({ href }) => href),
  images: document.images.length + document.querySelectorAll("svg, iframe, object, embed, style").length,
})"""


def test_hostile_texts_run_nothing_without_policy(browser: Browser, site: Path) -> None:
    with serve_folder(site) as address:
        context = browser.new_context()
        page = context.new_page()
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))

        def remove_policy(route: Any) -> None:
            answer = route.fetch()
            text = answer.text()
            if "<html" not in text:
                route.fulfill(response=answer)
                return
            begin = text.index('<meta http-equiv="Content-Security-Policy"')
            route.fulfill(response=answer, body=text[:begin] + text[text.index(">", begin) + 1 :])

        page.route("**/*", remove_policy)
        pages = (
            file
            for file in sorted(site.rglob("index.html"))
            if 'http-equiv="refresh"' not in file.read_text("utf-8")
        )
        files = [file.relative_to(site).as_posix() for file in pages]
        for file in files:
            page.goto(f"{address}{file}")
            page.evaluate(
                "for (const each of document.querySelectorAll('details')) each.open = true"
            )
            assert page.evaluate(STATE) == {"ran": 0, "scripts": 0, "links": [], "images": 0}, file
        for tag in ("en", "zh-cn"):  # elements written by scripts
            page.goto(f"{address}{tag}/")
            for words in ("script", "onerror", "javascript", "window"):
                page.fill("#_search input", words)
                page.locator("#_search li a").first.wait_for()
                assert page.evaluate(STATE)["ran"] == 0
            page.goto(f"{address}{tag}/between-releases/")
            page.locator("select[name=kind] option").nth(2).wait_for(state="attached")
            page.goto(f"{address}{tag}/{GROUP}/plot-v1/")
            if tag == "en":
                page.locator("[data-side]").click()
                page.wait_for_timeout(500)
            assert page.evaluate(STATE) == {"ran": 0, "scripts": 0, "links": [], "images": 0}
        context.close()
