"""Hostile HTML and copied text are read or refused in bounded time and memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from math import isqrt

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
# Hostile pages of about this many characters.
HOSTILE: dict[str, Callable[[int], str]] = {
    "open brackets": lambda size: HEAD + "<" * size,
    "open elements": lambda size: HEAD + "<div>" * (size // 5),
    "open lists": lambda size: HEAD + "<ul><li><strong>a</strong> (b)" * (size // 30),
    "open emphasis": lambda size: HEAD + "<p>" + "<b><i>" * (size // 6),
    "open links": lambda size: HEAD + "<p>" + "<a href=x>" * (size // 10),
    "open tables": lambda size: HEAD + "<table><tr><td>" * (size // 15),
    "attributes": lambda size: HEAD + "<p " + "a=1 " * (size // 4) + ">x",
    "quotes": lambda size: HEAD + "<p " + "\"'" * (size // 2),
    "comments": lambda size: HEAD + "<!--" * (size // 4),
    "scripts": lambda size: HEAD + "<script>" * (size // 8),
    "headings": lambda size: HEAD + '<h2 id="a">a</h2>' * (size // 17),
    "bullets": lambda size: HEAD + "<ul>" + "<li><strong>a</strong> (b)</li>" * (size // 31),
    "cells": lambda size: HEAD + "<table><tr>" + "<td>x</td>" * (size // 10),
    "backticks": lambda size: HEAD + "<ul><li><strong>a</strong> (b)<p><code>" + "` " * (size // 2),
    "runs of backticks": lambda size: (
        HEAD + "<p>" + "`" * (size // 10) + "a" * size + "<table><tr><td>x</td></tr></table>"
    ),
    "dots": lambda size: HEAD + "<ul>" + "".join(map(format_dotted_bullet, range(isqrt(size)))),
    "copied names": lambda size: COPIED + "PlotSpec\n" * (size // 9),
    "copied fields": lambda size: COPIED + "spec (PlotSpec)\n" * (size // 16),
    "copied words": lambda size: COPIED + "word " * (size // 5),
    "copied lines": lambda size: COPIED + "word\n" * (size // 5),
    "copied cells": lambda size: COPIED + "Field\tDescription\n" + "a\tb\n" * (size // 4),
    "copied name cells": lambda size: COPIED + "Field\tDescription\n" + "a\n" * (size // 2),
    "copied blanks": lambda size: COPIED + " \t" * (size // 2),
    "copied brackets": lambda size: COPIED + "a (" * (size // 3),
}


def format_dotted_bullet(count: int) -> str:
    return f"<li><strong>a{'.a' * count}</strong> (b)</li>"


def read_page(text: str) -> None:
    """Recognize a page and read it. What it reports is of no interest here."""
    source = Source(text, "plot.html")
    form = registry.recognize_form(source)
    assert isinstance(form, Layout)
    form.read(source, SHIPPED.get("en"), Report())


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page_raises_nothing(name: str) -> None:
    read_page(HOSTILE[name](SIZE // 50))


@pytest.mark.slow  # a page of a million characters
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page_takes_bounded_time(name: str) -> None:
    text = HOSTILE[name](SIZE)
    begin = time.process_time()
    read_page(text)
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


@pytest.mark.slow  # a page of a million characters
def test_memory_is_bounded() -> None:
    source = Source(HOSTILE["open elements"](SIZE), "plot.html")
    form = registry.recognize_form(source)
    assert isinstance(form, Layout)
    tracemalloc.start()
    form.read(source, SHIPPED.get("en"), Report())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100 * SIZE
