"""The Markdown beside each page, and `llms-full.txt`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED
from codegen.outputs.site import markdown_pages
from codegen.outputs.site.content import SiteInputs, build_content
from codegen.outputs.site.records import RuleNote
from codegen.readers.sources import SourcePath, read_sources
from gardens.site import garden

PLOT = "garden.example.io/plot-v1/index.md"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "plot.json").write_text(json.dumps(garden()), encoding="utf-8")
    source = SourcePath(path=tmp_path / "plot.json", display_path="plot.json")
    rules = (
        RuleNote(effect="rejects", html="must be <b>set</b>"),
        RuleNote(effect="rejects", html="of old", outdated=True),
    )
    inputs = SiteInputs(rules=lambda _definition, _locale: {("spec",): rules})
    tags = ("en", "zh-cn")
    content = build_content(read_sources([source], Report()), tags, SHIPPED, inputs)
    words = {tag: SHIPPED.get(tag).site for tag in tags}
    return dict(markdown_pages.files(content, words))


def test_each_page_has_a_file_in_each_language(files: dict[str, str]) -> None:
    assert {f"en/{PLOT}", f"zh-cn/{PLOT}", "llms-full.txt"} <= files.keys()


@pytest.mark.parametrize(
    "line",
    [
        "# Plot garden.example.io/v1",
        '- **spec.soil** `string`, one of `clay` | `sand`, default `"clay"`',
        "- `GET /apis/garden.example.io/v1/namespaces/{namespace}/plots/{name}` read the Plot",
    ],
    ids=["title", "field", "operation"],
)
def test_facts_of_a_page_are_lines(files: dict[str, str], line: str) -> None:
    assert line.lower() in files[f"en/{PLOT}"].lower().splitlines()


def test_markup_of_descriptions_is_escaped(files: dict[str, str]) -> None:
    for text in (files[f"en/{PLOT}"], files["llms-full.txt"]):
        assert "\\<script\\>alert(1)\\</script\\>" in text
        assert not re.search(r"(?<!\\)<", text)


def test_rules_of_other_releases_are_left_out(files: dict[str, str]) -> None:
    text = files[f"en/{PLOT}"]
    assert "must be set" in text
    assert "of old" not in text


@pytest.mark.parametrize(
    ("code", "span"), [("a", "`a`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```")]
)
def test_code_with_ticks_stays_in_its_span(code: str, span: str) -> None:
    assert markdown_pages._code(code) == span
