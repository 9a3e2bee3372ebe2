"""The pages of real releases have the same model and words as HTML and as copied text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from codegen.core.diagnostics import CodegenError, Report
from codegen.outputs.inspection.json_view import as_json
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import ENGLISH_PAGES, for_each, pages_of
from support.flattening import COMMENT
from support.rendering import copy_text, docsy

FRONT = re.compile(r"\s*---\n(?P<values>.*?\napi_metadata|api_metadata)", re.DOTALL)
TITLE = re.compile(r"^title: \"?([^\"\n]*)", re.MULTILINE)
# Pages whose Markdown hides a part from browsers, such as an open block of code or comment.
LOST = {"en": 0, "zh-cn": 0.05}
# Descriptions whose words browsers do not show: numbers of lists and words in angle brackets.
LOST_WORDS = {"HTML": 0.001, "text": 0.012}
UNSHOWN = re.compile(r"\(https?:\S*\)|<[^<>]*>|\W|_")


class PageModel(NamedTuple):
    """The definitions with their fields, the requests, and the words of each description."""

    names: dict[str, list[str]]
    requests: Sequence[object]
    words: dict[str, str]


def model_of(folder: Path, text: str, name: str, language: str) -> PageModel | list[str]:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    try:
        reference = read_sources(
            [SourcePath(path=file, display_path=name, locale=language)], Report()
        )
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
    texts = model["prose"].get(language, {})
    words = {key: UNSHOWN.sub("", text) for key, text in texts.items()}
    return PageModel(names, requests, words)


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
@pytest.mark.parametrize("language", ["en", "zh-cn"])
@for_each(ENGLISH_PAGES)
def test_rendered_pages_have_the_model_of_markdown(
    tmp_path: Path, release: Path, language: str, form: str
) -> None:
    pages = sorted(pages_of(release, language).rglob("*.md"))
    different: list[str] = []
    texts = 0
    changed: list[str] = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        if page.name == "_index.md" or FRONT.match(text) is None:
            continue
        expected = model_of(tmp_path, COMMENT.sub("", text), page.name, language)
        # comments are rendered too, and then hidden
        actual = model_of(tmp_path, FORMS[form](text), f"{page.stem}.html", language)
        if not isinstance(expected, PageModel) or not isinstance(actual, PageModel):
            different += [page.name] if expected != actual else []
            continue
        if (expected.names, expected.requests) != (actual.names, actual.requests):
            different.append(page.name)
        texts += len(expected.words)
        for key, words in expected.words.items():
            if actual.words.get(key) != words:
                changed.append(f"{page.name}: {key}")
    assert len(different) <= LOST[language] * len(pages), different
    assert len(changed) <= LOST_WORDS[form] * texts, changed
