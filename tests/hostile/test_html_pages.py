"""Hostile HTML and copied text are read or refused in bounded time and memory."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED
from codegen.core.source import Source
from codegen.readers import registry
from codegen.readers.form import Layout

HEAD = '<html><body><p><code>import "example.io/garden/v1"</code></p>\n<h2 id="Plot">Plot</h2><hr>'
COPIED = 'Plot\n\nimport "example.io/garden/v1"\n\nPlot\n\nPlot is ground.\n\nspec (PlotSpec)\n\n'
SIZE = 1_000_000
SECONDS = 20
HOSTILE = {
    "open brackets": HEAD + "<" * SIZE,
    "open elements": HEAD + "<div>" * (SIZE // 5),
    "open lists": HEAD + "<ul><li><strong>a</strong> (b)" * (SIZE // 30),
    "open emphasis": HEAD + "<p>" + "<b><i>" * (SIZE // 6),
    "open links": HEAD + "<p>" + "<a href=x>" * (SIZE // 10),
    "open tables": HEAD + "<table><tr><td>" * (SIZE // 15),
    "attributes": HEAD + "<p " + "a=1 " * (SIZE // 4) + ">x",
    "quotes": HEAD + "<p " + "\"'" * (SIZE // 2),
    "comments": HEAD + "<!--" * (SIZE // 4),
    "scripts": HEAD + "<script>" * (SIZE // 8),
    "headings": HEAD + '<h2 id="a">a</h2>' * (SIZE // 17),
    "bullets": HEAD + "<ul>" + "<li><strong>a</strong> (b)</li>" * (SIZE // 31),
    "cells": HEAD + "<table><tr>" + "<td>x</td>" * (SIZE // 10),
    "backticks": HEAD + "<ul><li><strong>a</strong> (b)<p><code>" + "` " * (SIZE // 2),
    "dots": HEAD
    + "<ul>"
    + "".join(f"<li><strong>a{'.a' * number}</strong> (b)</li>" for number in range(1000)),
    "copied names": COPIED + "PlotSpec\n" * (SIZE // 9),
    "copied fields": COPIED + "spec (PlotSpec)\n" * (SIZE // 16),
    "copied words": COPIED + "word " * (SIZE // 5),
    "copied lines": COPIED + "word\n" * (SIZE // 5),
    "copied cells": COPIED + "Field\tDescription\n" + "a\tb\n" * (SIZE // 4),
    "copied name cells": COPIED + "Field\tDescription\n" + "a\n" * (SIZE // 2),
    "copied blanks": COPIED + " \t" * (SIZE // 2),
    "copied brackets": COPIED + "a (" * (SIZE // 3),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_page_takes_bounded_time(text: str) -> None:
    source, report = Source(text, "plot.html"), Report()
    begin = time.process_time()
    form = registry.recognize_form(source)
    assert isinstance(form, Layout)
    form.read(source, SHIPPED.get("en"), report)
    assert time.process_time() - begin < SECONDS


OTHERS = {
    "brackets": "<" * SIZE * 10,
    "comments": "<!--" * SIZE,
    "headings": "<h2 " * SIZE,
    "words": "import " * SIZE,
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_other_text_is_told_apart_quickly(text: str) -> None:
    begin = time.process_time()
    assert registry.recognize_form(Source(text, "x")) is None
    assert time.process_time() - begin < SECONDS


def test_memory_is_bounded() -> None:
    source = Source(HOSTILE["open elements"], "plot.html")
    form = registry.recognize_form(source)
    assert isinstance(form, Layout)
    tracemalloc.start()
    form.read(source, SHIPPED.get("en"), Report())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100 * SIZE
