"""Text copied from a rendered page has the definitions and operations of the page.

Links and emphasis are lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError, Finding, Report
from codegen.model import Reference
from codegen.outputs.inspection.json_view import as_json
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import CASES
from support.flattening import COMMENT
from support.rendering import copy_text

PAGES = {
    "list": CASES / "english-page/sources/garden-resources/plot-v1.md",
    "list in Chinese": CASES / "chinese-page/sources/garden-resources/plot-v1.zh-cn.md",
    "categories": CASES / "categories/sources/shed-v1.md",
    "table": CASES / "table-pages/expected/upstream/en/garden/plot-v1.md",
    "definition": CASES / "table-page-alone/sources/bed-v1.md",
}
FORMS: dict[str, Callable[[str], str]] = {
    "as copied": copy_text,
    "with marks": lambda page: copy_text(page, "• "),
    "with marks on lines of their own": lambda page: copy_text(page, "• ").replace("• ", "•\n\n"),
    "with tabs": lambda page: copy_text(page, "\t• "),
    "with dashes": lambda page: copy_text(page, "- "),
    "CRLF": lambda page: copy_text(page).replace("\n", "\r\n"),
    "without the title": lambda page: copy_text(page).partition("\n")[2].lstrip(),
    "without blank lines at headings": lambda page: re.sub(
        r"\n\n(?=Response\n|Parameters\n)", "\n", copy_text(page)
    ),
    "words before it": lambda page: f"See the wiki.\n\n{copy_text(page)}",
}


def load(name: str) -> str:
    return COMMENT.sub("", PAGES[name].read_text(encoding="utf-8"))


def read_text(
    folder: Path, text: str, name: str = "plot-v1.md"
) -> tuple[Reference, tuple[Finding, ...]]:
    file = folder / name
    file.write_text(text, encoding="utf-8", newline="")
    report = Report()
    return read_sources([SourcePath(path=file, shown=name)], report), report.diagnostics


def model_of(reference: Reference) -> dict[str, object]:
    model = as_json(reference, ())
    return {"definitions": model["definitions"], "operations": model["operations"]}


def words_of(reference: Reference) -> dict[str, str]:
    """Return the words of all texts, without markup."""
    texts = {
        key: text
        for prose in as_json(reference, ())["prose"].values()
        for key, text in prose.items()
    }
    return {key: re.sub(r"\W|\(\S*\)", "", text) for key, text in texts.items()}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("name", PAGES)
def test_copied_text_has_the_model_of_markdown(
    tmp_path: Path, name: str, form: Callable[[str], str]
) -> None:
    expected, _ = read_text(tmp_path, load(name))
    reference, _ = read_text(tmp_path, form(load(name)), "copied.txt")
    assert model_of(reference) == model_of(expected)
    assert "•" not in str(as_json(reference, ())["prose"])


@pytest.mark.parametrize("name", ["list", "list in Chinese", "categories", "definition"])
def test_copied_text_has_the_words_of_markdown(tmp_path: Path, name: str) -> None:
    expected, _ = read_text(tmp_path, load(name))
    reference, _ = read_text(tmp_path, copy_text(load(name)), "copied.txt")
    assert words_of(reference) == words_of(expected)


def test_text_after_the_last_response_is_reported(tmp_path: Path) -> None:
    text = f"{copy_text(load('list'))}\nLast changed by Ann.\n"
    expected, _ = read_text(tmp_path, load("list"))
    reference, found = read_text(tmp_path, text, "copied.txt")
    assert [(finding.rule, finding.span.line) for finding in found] == [
        ("text-unexpected", text.count("\n"))
    ]
    assert words_of(reference) == words_of(expected)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9])
def test_text_cut_off_is_an_error_with_a_line(tmp_path: Path, share: float) -> None:
    text = copy_text(load("list"))
    cut = text[: int(len(text) * share)]
    _, found = read_text(tmp_path, cut, "copied.txt")
    errors = [finding for finding in found if finding.level.name == "ERR"]
    assert errors
    assert 0 < errors[0].span.line <= cut.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        'package garden\n\nimport "example.io/garden"\n\nfunc water(beds)\n',
        'import "example.io/garden"\n\nSome words about the garden.\n',
        "Plot\n\nPlot is a piece of ground.\n\nspec (PlotSpec)\n",
    ],
    ids=["Go", "no field", "no import"],
)
def test_other_text_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CodegenError) as raised:
        read_text(tmp_path, text, "copied.txt")
    assert [finding.rule for finding in raised.value.diagnostics] == ["source-unrecognised"]


# Slips of translated pages, as (words of the copied page, what a translator wrote, rules reported).
SLIPS = {
    "unclosed emphasis": ("dryRun (查询参数): string", "dryRun (查询参数*): string", []),
    "bracket closed twice": ("dryRun (查询参数): string", "dryRun (查询参数)): string", []),
    "bracket not opened": ("dryRun (查询参数): string", "dryRun 查询参数): string", []),
    "description on the line": (
        "beds.name (string)，必需\n\n牌子上的名称。",
        "beds.name (string)，必需 牌子上的名称。",
        [],
    ),
    "mark behind the name": ("rows (int32)", "rows* (int32)", []),
    "another order of words": (
        "映射：键 name 上的唯一值将在合并期间被保留",
        "映射：name 键的唯一值将保留",
        [],
    ),
    "request without its heading": (
        "create 创建一个 Plot\n\nHTTP 请求\n",
        "create 创建一个 Plot\n",
        [],
    ),
    "name behind the heading": ("PlotSpec\n\nPlotSpec 说明", "规约 PlotSpec\n\nPlotSpec 说明", []),
    "unknown place": (
        "dryRun (查询参数): string",
        "dryRun (参数参数): string",
        ["place-unknown"],
    ),
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_slips_of_translators_lose_nothing(
    tmp_path: Path, slip: tuple[str, str, list[str]]
) -> None:
    words, written, rules = slip
    text = copy_text(load("list in Chinese"))
    assert words in text
    expected, _ = read_text(tmp_path, text, "copied.txt")
    reference, found = read_text(tmp_path, text.replace(words, written), "copied.txt")
    assert model_of(reference) == model_of(expected)
    assert [finding.rule for finding in found] == rules


def test_a_parameter_without_a_type_is_reported(tmp_path: Path) -> None:
    text = copy_text(load("list in Chinese"))
    text = text.replace("dryRun (查询参数): string", "dryRun (查询参数)：必需")
    _, found = read_text(tmp_path, text, "copied.txt")
    line = text[: text.index("dryRun (")].count("\n") + 1
    assert [(finding.rule, finding.span.line) for finding in found] == [("type-unreadable", line)]


def test_a_translated_heading_without_a_name_does_not_mix_definitions(tmp_path: Path) -> None:
    text = copy_text(load("list in Chinese"))
    added = "是否已经播种。\n\n规约\n\n描述苗床的规约。\n\ndepth (int32)\n\n深度。\n"
    changed = text.replace("是否已经播种。\n", added)
    expected, _ = read_text(tmp_path, text, "copied.txt")
    reference, found = read_text(tmp_path, changed, "copied.txt")
    line = changed[: changed.index("规约\n\n描述")].count("\n") + 1
    assert model_of(reference) == model_of(expected)
    assert [(finding.rule, finding.span.line) for finding in found] == [
        ("heading-without-name", line)
    ]
