"""The pages of real releases have the same definitions and operations as HTML and as copied text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError, Report
from codegen.outputs.inspection.json_view import as_json
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import ENGLISH_PAGES, for_each, pages_of
from support.flattening import COMMENT
from support.rendering import copy_text, docsy

FRONT = re.compile(r"\s*---\n(?P<values>.*?\napi_metadata|api_metadata)", re.DOTALL)
TITLE = re.compile(r"^title: \"?([^\"\n]*)", re.MULTILINE)
# Pages whose Markdown hides a part from browsers, such as an open block of code, and copied pages
# without any field.
LOST = {"HTML": 0.02, "text": 0.07}


def model_of(folder: Path, text: str, name: str) -> object:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    try:
        reference = read_sources([SourcePath(path=file, shown=name, locale="en")], Report())
    except CodegenError as error:
        return [finding.rule for finding in error.diagnostics]
    model = as_json(reference, ())
    names = {
        key: sorted(schema.get("properties", {})) for key, schema in model["definitions"].items()
    }
    requests = [
        # without the package of a type, which only its link tells
        (
            operation["method"],
            operation["path"],
            [(each["in"], each["name"]) for each in operation["parameters"]],
        )
        for operation in model["operations"]
    ]
    return names, requests


def with_title(form: Callable[[str], str], page: str) -> str:
    title = TITLE.search(page)
    return form(page).replace("<h1>Plot</h1>", f"<h1>{title[1] if title else ''}</h1>")


def copy_with_title(page: str) -> str:
    title = TITLE.search(page)
    return f"{title[1] if title else ''}\n{copy_text(page).partition(chr(10))[2]}"


FORMS: dict[str, Callable[[str], str]] = {
    "HTML": lambda page: with_title(docsy, page),
    "text": copy_with_title,
}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@for_each(ENGLISH_PAGES)
def test_rendered_pages_have_the_model_of_markdown(
    tmp_path: Path, release: Path, form: str
) -> None:
    pages = [
        page for page in sorted(pages_of(release, "en").rglob("*.md")) if page.name != "_index.md"
    ]
    different = []
    for page in pages:
        text = COMMENT.sub("", page.read_text(encoding="utf-8"))
        if FRONT.match(text) is None:
            continue
        expected = model_of(tmp_path, text, page.name)
        if model_of(tmp_path, FORMS[form](text), f"{page.stem}.html") != expected:
            different.append(page.name)
    assert len(different) <= LOST[form] * len(pages), different
