"""Text copied from a rendered page has the definitions and operations of the page.

Links and emphasis are lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError, Finding, Level, Report
from codegen.core.source import Source
from codegen.model import Reference
from codegen.outputs.inspection.json_view import as_json
from codegen.readers.rendered import is_copied_text
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import CASES
from support.flattening import COMMENT
from support.growth import grows_linearly
from support.rendering import copy_text

PAGES = {
    "list": CASES / "english-page/sources/garden-resources/plot-v1.md",
    "list in Chinese": CASES / "chinese-page/sources/garden-resources/plot-v1.zh-cn.md",
    "categories": CASES / "categories/sources/shed-v1.md",
    "table": CASES / "table-pages-upstream/expected/upstream/garden/plot-v1.md",
    "definition": CASES / "table-page-alone/sources/bed-v1.md",
}
FORMS: dict[str, Callable[[str], str]] = {
    "as copied": copy_text,
    "with marks": lambda page: copy_text(page, "• "),
    "with marks on lines of their own": lambda page: copy_text(page, "• ").replace("• ", "•\n\n"),
    "with tabs": lambda page: copy_text(page, "\t• "),
    "with dashes": lambda page: copy_text(page, "- "),
    "with rules": lambda page: re.sub(r"(?m)^(Operations)$", r"\1\n\n--------", copy_text(page)),
    "with ligatures": lambda page: copy_text(page).replace("fi", "ﬁ").replace("fl", "ﬂ"),
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
    return read_sources([SourcePath(path=file, display_path=name)], report), report.diagnostics


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
    "bracket closed twice": (
        "dryRun (查询参数): string",
        "dryRun (查询参数)): string",
        ["marks-unbalanced"],
    ),
    "bracket not opened": (
        "dryRun (查询参数): string",
        "dryRun 查询参数): string",
        ["marks-unbalanced"],
    ),
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


def test_a_lost_name_is_restored_by_the_fields_of_a_built_in_definition(tmp_path: Path) -> None:
    text = (
        'Shed v1\n\napiVersion: v1\n\nimport "k8s.io/api/core/v1"\n\nShed\n\n棚屋。\n\n'
        "ports ([]ContainerPort)\n\n端口。\n\n端口\n\n描述端口。\n\n"
        "containerPort (int32)，必需\n\n号码。\n\nhostPort (int32)\n\n主机号码。\n\n"
        "操作\n\nget 读取 Shed\n\nHTTP 请求\n\nGET /api/v1/sheds/{name}\n\n参数\n\n"
        "name（路径参数）：string，必需\n\nShed 的名称\n\n响应\n\n200 (Shed): OK\n"
    )
    file = tmp_path / "copied.txt"
    file.write_text(text, encoding="utf-8")
    report = Report()
    source = SourcePath(path=file, display_path="copied.txt", locale="zh-cn")
    reference = read_sources([source], report)
    ports = reference.definitions["io.k8s.api.core.v1.ContainerPort"]
    assert [field.name for field in ports.fields] == ["containerPort", "hostPort"]
    line = text[: text.index("\n端口\n")].count("\n") + 2
    assert [(finding.rule, finding.span.line) for finding in report.diagnostics] == [
        ("name-unreadable", line)
    ]


HEAD = 'apiVersion: garden.example.io/v1\n\nimport "example.io/api/garden/v1"\n\n'
PACKAGE = "io.example.api.garden.v1"


@pytest.mark.parametrize(
    ("text", "key", "description"),
    [
        (
            'Depth\n\nimport "example.io/api/garden/v1"\n\nDepth is a number.\n\nIt is positive.\n',
            f"{PACKAGE}.Depth",
            "Depth is a number.\n\nIt is positive.",
        ),
        (f"Depth\n\n{HEAD}Depth\n\nDepth is a number.\n", f"{PACKAGE}.Depth", "Depth is a number."),
    ],
    ids=["list layout", "table layout"],
)
def test_a_definition_without_fields_is_read(
    tmp_path: Path, text: str, key: str, description: str
) -> None:
    reference, found = read_text(tmp_path, text, "copied.txt")
    assert key in reference.definitions
    assert reference.prose["en"][key].text == description
    assert not found


def test_the_common_parameters_are_read(tmp_path: Path) -> None:
    names = ("dryRun", "fieldManager", "limit", "plantedOnly")
    text = "Common Parameters\n\n" + "".join(f"{name}\n\nWhat {name} does.\n\n" for name in names)
    reference, found = read_text(tmp_path, text, "copied.txt")
    assert not found
    texts = {key: prose.text for key, prose in reference.prose["en"].items()}
    assert texts == {f"parameter {name}": f"What {name} does." for name in names}


# Texts of a field and of the definition of its type, which nothing separates in copied text.
INLINED = {
    "definition with fields": ("bed (Bed)", "Where it grows.", "A piece of ground.", True),
    "emphasis over paragraphs": ("bed (Bed)", "Where.", "*A piece of ground.\n\nOf soil.*", True),
    "type without fields": ("since (Time)", "When it was dug.", "Time is a timestamp.", False),
    "type without fields alone": ("since (Time)", "", "Time is a timestamp.", False),
}


@pytest.mark.parametrize("row", INLINED.values(), ids=INLINED)
def test_the_text_of_an_inlined_definition_is_no_text_of_the_field(
    tmp_path: Path, row: tuple[str, str, str, bool]
) -> None:
    line, own, inlined, has_fields = row
    name = line.partition(" ")[0]
    text = f"Plot\n\n{HEAD}Plot\n\nPlot is a piece.\n\n{line}\n\n{own}\n\n{inlined}\n\n"
    if has_fields:
        text += f"{name}.rows (int32)\n\nHow many.\n\n"
    text += "Operations\n\nget read the Plot\n\nHTTP Request\n\nGET /plots/{name}\n\n"
    text += "Parameters\n\nname (in path): string, required\n\nname of the Plot\n\nResponse\n\n200 (Plot): OK\n"
    reference, _ = read_text(tmp_path, text, "copied.txt")
    texts = {key: prose.text for key, prose in reference.prose["en"].items()}
    assert texts.get(f"{PACKAGE}.Plot#{name}", "") == own
    assert inlined.replace("*", "") in texts.values()


def test_a_name_at_the_start_of_a_description_keeps_it_there(tmp_path: Path) -> None:
    text = (
        f"Plot\n\n{HEAD}Plot\n\nPlot is a piece.\n\nsince (Time)\n\nTime at which it was dug.\n\n"
    )
    text += "Operations\n\nget read the Plot\n\nHTTP Request\n\nGET /plots/{name}\n\n"
    text += "Parameters\n\nname (in path): string, required\n\nname of the Plot\n\nResponse\n\n200 (Plot): OK\n"
    reference, _ = read_text(tmp_path, text, "copied.txt")
    assert reference.prose["en"][f"{PACKAGE}.Plot#since"].text == "Time at which it was dug."


@pytest.mark.parametrize("end", ["Plot is a", "piece of ground", "apiVersion:"])
def test_text_cut_inside_the_first_definition_is_an_error(tmp_path: Path, end: str) -> None:
    text = copy_text(load("list"))
    begin = text.index("Plot is a piece of ground.")
    _, found = read_text(tmp_path, text[: text.index(end, begin) + len(end)], "copied.txt")
    assert "page-cut" in [finding.rule for finding in found if finding.level is Level.ERR]


@pytest.mark.timing
@pytest.mark.parametrize("line", ["", "Plot", "\t"])
def test_recognition_of_blank_lines_takes_linear_time(line: str) -> None:
    def recognize(count: int) -> None:
        assert not is_copied_text(Source(f"{line}\n" * count + "x", "plot.txt"))

    assert grows_linearly(recognize)
