"""Hostile texts on pages: rendered by Hugo, opened in a browser, and unchanged by a third-party
sanitizer.

Covers all layouts in both languages, with equally hostile translations, and pages generated from
pages.
"""

from __future__ import annotations

import json
import re
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from codegen.core.diagnostics import Report
from codegen.core.escaping.controls import visible
from codegen.project import emit
from codegen.project.config import configuration
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation import po
from codegen.translation.provenance import decode_comment
from gardens import hostile
from gardens.docs import swagger
from gardens.hostile import CANARY, PAYLOADS
from support.browser import serve_folder
from support.corpus import REFERENCE
from support.hugo_site import build, needs_hugo, site
from support.judging import import_or_skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, needs_hugo]

LAYOUTS: dict[str, dict[str, str]] = {
    "list": {"layout": "list"},
    "table": {"layout": "table"},
    "upstream": {"layout": "table", "compat": "upstream"},
    "plain": {"layout": "plain"},
}
# Allowed markup of pages: no styles, only code language classes, and only web and site addresses.
_TAGS = """table thead tbody tr th td dl dt dd h1 h2 h3 h4 h5 h6 hr p br ul ol li
    pre code em strong del blockquote a"""
_ATTRIBUTES = {
    "a": {"href", "id", "name"},
    "code": {"class", "data-lang"},
    "ol": {"start"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
    "tr": {"id"},
    "ul": {"data-mark"},
}
_CODE_CLASSES = ("language-js", "language-yaml")  # of a payload, and of examples
_ELEMENTS = """html => [...new DOMParser().parseFromString('<body>' + html, 'text/html').body.querySelectorAll('*')]
    .map(e => [e.localName, ...[...e.attributes].map(a => a.name + '=' + a.value).sort()].join(' '))"""
_TEXT = "html => new DOMParser().parseFromString(html, 'text/html').body.textContent"


@pytest.fixture(scope="module")
def parser(browser: Browser) -> Page:
    """A browser page that parses other pages."""
    return browser.new_page()


@pytest.fixture(scope="module", params=["document", "page", "resource", "contents"])
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of a hostile source in all layouts and languages, with translations."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "document":
        source = hostile.write(folder / "swagger.json", hostile.document())
    elif request.param == "resource":
        source = hostile.write(folder / "crd.json", hostile.custom_resource())
    elif request.param == "contents":
        source = hostile.write(folder / "swagger.json", swagger())
    else:
        source = folder / "plot-v1.md"
        source.write_text(hostile.page(), encoding="utf-8")
    reference = read_sources([SourcePath(path=source, display_path=source.name)], Report())
    entries = [
        po.Entry(
            id=prose_id,
            english=prose.text,
            translation=f"{prose.text} 译",
            comment=prose.text,
            provenance=decode_comment(prose.text),
        )
        for prose_id, prose in reference.prose.get("en", {}).items()
    ]
    if request.param != "page":
        (folder / "translations").mkdir()
        catalog = po.format_catalog(entries, "zh-cn", po.Catalog(locale="zh-cn"))
        (folder / "translations/zh-cn.po").write_text(catalog, encoding="utf-8")
    outputs = [
        {"target": "docs", "to": f"{name}/{{locale}}", **each} for name, each in LAYOUTS.items()
    ]
    if request.param == "contents":
        outputs = [{**each, **hostile.contents(folder)} for each in outputs]
    config: dict[str, Any] = {
        "sources": [{"path": source.name}],
        "locales": ["en", "zh-cn"],
        "outputs": outputs,
    }
    if request.param != "page":
        config["translations"] = "translations"
    (folder / configuration.NAME).write_text(json.dumps(config), encoding="utf-8")
    emit.generate(configuration.load(folder / configuration.NAME)).write()
    return folder


def assert_sanitized(parser: Page, html: str) -> int:
    """Assert that the sanitizer keeps all elements and attributes.

    Return the number of elements.
    """
    body = html.partition("<title>")[2].partition("</title>")[2].rpartition("</html>")[0]
    cleaned = import_or_skip("nh3").clean(
        body,
        tags={*_TAGS.split()},
        attributes=_ATTRIBUTES,
        attribute_filter=lambda tag, name, value: (
            None if name == "class" and value not in _CODE_CLASSES else value
        ),
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    found = parser.evaluate(_ELEMENTS, body)
    left = parser.evaluate(_ELEMENTS, cleaned)
    assert [pair for pair in zip_longest(found, left) if pair[0] != pair[1]][:3] == []
    return len(found)


def build_public(pages: Path, layout: str, folder: Path) -> Path:
    """Build the pages of a layout with Hugo without warnings. Return the site."""
    texts = {}
    for file in sorted((pages / layout).rglob("*.md")):
        # Hugo no longer supports this key of upstream
        text = file.read_text(encoding="utf-8").replace("\n_build:", "\nbuild:")
        texts[file.relative_to(pages / layout).as_posix()] = text
    code, log = build(site(folder, texts, html=layout != "plain"))
    assert code == 0, log
    return folder / "public"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_pages_are_unchanged_by_sanitizer_and_run_nothing(
    pages: Path, layout: str, browser: Browser, parser: Page, tmp_path: Path
) -> None:
    public = build_public(pages, layout, tmp_path)
    files = sorted(public.glob(f"**/{REFERENCE}/**/*.html"))
    assert sum(assert_sanitized(parser, file.read_text(encoding="utf-8")) for file in files) > 300
    with serve_folder(public) as address:
        for file in sorted(files, key=lambda file: -file.stat().st_size)[:6]:
            asked: list[str] = []
            page = browser.new_page()
            page.on("request", partial(lambda asked, request: asked.append(request.url), asked))
            page.goto(address + file.relative_to(public).as_posix())
            assert page.evaluate(f"typeof window.{CANARY}") == "undefined"
            assert [url for url in asked if not url.startswith(address)] == []
            page.close()


def test_plain_pages_are_harmless_in_other_parser(pages: Path, parser: Page) -> None:
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    for file in sorted((pages / "plain").rglob("*.md")):
        text = file.read_text(encoding="utf-8").partition("\n---\n")[2]
        assert_sanitized(parser, f"<title></title>{markdown.render(text)}</html>")


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", text.lower()))


@pytest.mark.parametrize("layout", ["list", "plain"])
def test_every_word_of_description_is_shown(
    pages: Path, layout: str, parser: Page, tmp_path: Path
) -> None:
    if pages.name.startswith("contents"):
        pytest.skip("a table of contents has no descriptions")
    public = build_public(pages, layout, tmp_path)
    shown = words(
        " ".join(
            parser.evaluate(_TEXT, file.read_text(encoding="utf-8"))
            for file in public.glob(f"**/{REFERENCE}/**/*.html")
        )
    )
    # Its entities are decoded.
    left = set(PAYLOADS) - {
        "link-hidden",
        *(hostile.NO_PAGE if pages.name.startswith("page") else ()),
    }
    lacking = {name: words(visible(PAYLOADS[name])) - shown for name in left}
    assert {name: lost for name, lost in lacking.items() if lost} == {}
