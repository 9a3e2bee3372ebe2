"""Hostile texts in findings: standard parsers read them back unchanged from each format, and
reports run no code.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from codegen.core.diagnostics import Finding, Level, Span
from codegen.core.escaping import xml
from codegen.core.locales import SHIPPED
from codegen.findings import formats
from codegen.findings.finding import NotCompared, Results
from codegen.findings.formats import FORMATS
from codegen.translation import progress_report
from codegen.translation.progress import TextCounts, TextState, TranslationStatus, WorkItem
from codegen.translation.signals import Assessment, Signal
from gardens.hostile import CANARY, PAYLOADS, strings
from support.browser import open_page
from support.judging import assert_valid_junit, import_or_skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# never in findings, since sources cannot contain it
TEXTS = [text for text in PAYLOADS.values() if "\ud800" not in text]
_ELEMENTS = """html => [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll('*')]
    .map(e => [e.localName, ...e.getAttributeNames().sort()].join(' '))"""


def results(texts: list[str]) -> Results:
    """Return results with each text in every part of findings, omissions, notes and sources."""
    found = [
        Finding(
            rule="field-added",
            level=list(Level)[number % 3],
            message=text,
            id=f"{number}{text}",
            span=Span(path=f"{number}{text}", line=3),
            hint=text,
            meaning=text,
            subject=text,
            locale="en",
            cause=text,
            detail=f"--- {text}\n+++ {text}\n {text}\n+{text}\n",
            extra=(("values", text),),
        )
        for number, text in enumerate(texts)
    ]
    return Results(
        command="diff",
        findings=tuple(found),
        notes=tuple(texts),
        summary=tuple(texts),
        not_compared=tuple(NotCompared(what=text, count=1) for text in texts),
        diagnostics=tuple(
            Finding(
                level=Level.ERR, rule="x", message=text, span=Span(path=text, line=1), hint=text
            )
            for text in texts
        ),
    )


HOSTILE, HARMLESS = results(TEXTS), results([f"text {number}" for number in range(len(TEXTS))])


@pytest.mark.parametrize("shape", ["json", "sarif", "gitlab"])
def test_structured_formats_preserve_texts(shape: str) -> None:
    said = list(strings(json.loads(formats.render(HOSTILE, shape))))
    for payload in TEXTS:
        assert any(payload in each for each in said), payload


def test_junit_preserves_texts() -> None:
    text = formats.render(HOSTILE, "junit")
    assert_valid_junit(text)
    root = ET.fromstring(text)  # noqa: S314  - made here
    said = [*(value for each in root.iter() for value in each.attrib.values()), *root.itertext()]
    for payload in TEXTS:
        assert any(xml.text(payload) in each for each in said), payload


@pytest.mark.slow
def test_html_has_no_additional_elements(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(formats.render(HOSTILE, "html"), encoding="utf-8")
    with open_page(browser, file.as_uri()) as page:
        assert page.evaluate(f"typeof window.{CANARY}") == "undefined"
        made = page.evaluate(_ELEMENTS, file.read_text(encoding="utf-8"))
        assert made == page.evaluate(_ELEMENTS, formats.render(HARMLESS, "html"))
        page.fill("input[type=search]", "canary")  # used by its script
        assert page.evaluate(f"typeof window.{CANARY}") == "undefined"


def test_markdown_is_unchanged_by_sanitizer(browser: Browser) -> None:
    nh3 = import_or_skip("nh3")
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    html = parser.render(formats.render(HOSTILE, "markdown"))
    tags = "h2 h3 p table thead tbody tr th td ul li code pre details summary b strong span del ins"
    # The fence and number columns.
    attributes = {
        "code": {"class"},
        "td": {"style"},
        "th": {"style"},
    }
    page = browser.new_page()
    left = page.evaluate(
        _ELEMENTS, nh3.clean(html, tags={*tags.split()}, attributes=attributes, strip_comments=True)
    )
    assert page.evaluate(_ELEMENTS, html) == left
    page.close()


def test_html_status_has_no_additional_elements(browser: Browser, tmp_path: Path) -> None:
    def format_report(texts: list[str]) -> str:
        work = [
            WorkItem(
                english=text,
                old=text,
                translation=text,
                state=TextState.FUZZY,
                ids=(text,),
                pages=(text,),
                words=1,
                assessment=Assessment(signal=Signal.STRONG, changes=(), note=text),
            )
            for text in texts
        ]
        total = TextCounts(name=texts[0])
        return progress_report.format_html(
            TranslationStatus(
                total=total,
                parts=(),
                pages=(),
                kinds=(total,),
                work=tuple(work),
                orphans=tuple(texts),
            ),
            texts[0],
            SHIPPED.get("zh-cn"),
        )

    file = tmp_path / "status.html"
    file.write_text(format_report(TEXTS), encoding="utf-8")
    with open_page(browser, file.as_uri()) as page:
        assert page.evaluate(f"typeof window.{CANARY}") == "undefined"
        found = page.evaluate(_ELEMENTS, file.read_text(encoding="utf-8"))
        assert found == page.evaluate(
            _ELEMENTS, format_report([f"text {number}" for number in range(len(TEXTS))])
        )


@pytest.mark.parametrize("shape", FORMATS)
def test_reports_are_utf8_without_control_characters(shape: str) -> None:
    text = formats.render(HOSTILE, shape)
    text.encode("utf-8")
    assert not [each for each in text if each < " " and each not in "\n\t"]
