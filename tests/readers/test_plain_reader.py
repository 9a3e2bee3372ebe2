"""Pages of the plain layout are read back as what they were written from, each finding at its line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import MappingProxyType

import pytest
from msgspec.structs import replace

from codegen import diff
from codegen.core.locales import SHIPPED
from codegen.core.source import Source
from codegen.findings.diagnostics import Report
from codegen.model import Prose, Reference
from codegen.readers import registry
from codegen.readers.list import layout as list_layout
from codegen.readers.plain import layout
from codegen.readers.shared.additions import without_additions
from codegen.readers.sources import SourcePath, read_sources
from corpus import ENDS, LIST_PAGES, for_each, oldest, pages_of
from gardens.docs import TOC, contents, reference, swagger, written
from gardens.parts import PACKAGE
from growth import grows_linearly

# All kinds but those of which there is nothing to show.
CONTENTS = contents(TOC.replace("- Moon\n", "- Moon\n- Snail\n- SnailList\n"))
PLOT = "garden-resources/plot-v1.md"
TEXTS = [
    "<quantity> ::= <sign><digits>\n\n\t(Note that <digits> may be empty.)",
    "One of '__dot__', `a*b` or *.example.io; 5*3*2 & &lt; {{ name }} $(NAME).",
    "See [the guide](https://garden.example.io/guide) and [x](../y.md#z).\n\n- `Sun`: full <sun>\n- `Shade`: none\n\n1. one",
    "Foo\n===\n# not a heading\n***\n| a |\n|---|",
]


def placed(files: dict[str, str], folder: Path) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def pages(made: Reference, folder: Path, *, toc: bool = True, layout: str = "plain") -> Path:
    return placed(written(made, table=CONTENTS if toc else None, layout=layout), folder)


@pytest.mark.parametrize("toc", [True, False])
@pytest.mark.parametrize("layout", ["plain", "list", "table"])
def test_pages_say_what_they_were_written_from(tmp_path: Path, toc: bool, layout: str) -> None:
    document = tmp_path / "swagger.json"
    document.write_text(json.dumps(swagger()), encoding="utf-8")
    folder = pages(reference(), tmp_path / "out", toc=toc, layout=layout)
    again = read_sources([SourcePath(path=folder, shown="out")], Report())
    assert len(again.definitions) > 5
    assert len(again.operations) > 5
    results = diff(document, folder)
    assert results.complete
    assert [(finding.rule, finding.id) for finding in results.findings] == []


@pytest.mark.parametrize("text", TEXTS)
def test_texts_come_back_with_their_marks(tmp_path: Path, text: str) -> None:
    document = swagger()
    document["definitions"][f"{PACKAGE}.Plot"]["description"] = text
    document["definitions"][f"{PACKAGE}.PlotSpec"]["properties"]["owner"]["description"] = text
    document["definitions"][f"{PACKAGE}.Bed"]["description"] = text
    made = reference(document)
    again = read_sources([SourcePath(path=pages(made, tmp_path, toc=False), shown="out")], Report())
    for text_id in (f"{PACKAGE}.Plot", f"{PACKAGE}.PlotSpec#owner", f"{PACKAGE}.Bed"):
        assert again.text("en", text_id) == made.text("en", text_id), text_id


def test_a_translated_page_is_read_in_its_language(tmp_path: Path) -> None:
    made = reference()
    span = made.definitions[f"{PACKAGE}.Plot"].span
    texts = {f"{PACKAGE}.Plot": "Plot 是一块地。", f"{PACKAGE}.PlotSpec#beds": "这块地上的 **苗床**。"}
    prose = {**made.prose, "zh-cn": MappingProxyType({key: Prose(text=text, span=span) for key, text in texts.items()})}
    translated = replace(made, prose=MappingProxyType(prose))
    folder = placed(written(translated, "en", "zh-cn", table=CONTENTS, layout="plain"), tmp_path)
    report = Report()
    again = read_sources([SourcePath(path=folder / "zh-cn", shown="zh-cn")], report)
    assert not report.has_errors
    assert {key: again.text("zh-cn", key) for key in texts} == texts


def read(text: str, report: Report) -> None:
    layout.read(Source(text, "plot.md", "garden/plot.md"), SHIPPED.get("en"), report)


def test_the_form_of_a_page_is_known_by_its_places() -> None:
    made = reference()
    names = {
        name: {
            form.name if (form := registry.form_of(Source(text, path))) else ""
            for path, text in written(made, table=CONTENTS, layout=name).items()
            if "index" not in path and re.search(r"^ *kind:", text, re.MULTILINE)
        }
        for name in ("plain", "list", "table")
    }
    assert names == {"plain": {"plain"}, "list": {"list"}, "table": {"table"}}
    assert registry.form_of(Source('# Notes\n\n<a id="here"></a>\n\nNothing of an API.\n', "notes.md")) is None


def test_a_finding_stands_at_its_line() -> None:
    page = written(reference(), table=CONTENTS, layout="plain")[PLOT]
    broken = page.replace("-   **owner** (string)", "-   **owner** (str ing)")
    report = Report()
    read(broken, report)
    (found,) = [entry for entry in report.diagnostics if entry.rule == "type-unreadable"]
    assert broken.split("\n")[found.span.line - 1].strip().startswith("-   **owner**")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---",
        "---\n---",
        '<a id="x"></a>\n',
        "-   **a**",
        "#### x\n-   200",
        "*",
        "**",
        "\n*a\n\n-   **b** (",
        '\n<a id="x"></a>\n## ',
    ],
)
def test_whatever_a_page_holds_is_reported_and_never_raised(text: str) -> None:
    read(text, Report())
    list_layout.read(Source(text, "plot.md"), SHIPPED.get("en"), Report())


@pytest.mark.timing
@pytest.mark.parametrize("piece", ["-   **a** (b)\n", '<a id="x"></a>\n\n', "## A\n\n", "*a\n", "[a](b#c)\n", "text\n"])
def test_reading_is_linear(piece: str) -> None:
    assert grows_linearly(lambda count: read(piece * count, Report()))


@pytest.mark.timing
@pytest.mark.parametrize(
    "piece", [" ", "<br/>", " <br/>", '<a id="', ' <a id="x-limits"></a>', '<a id="x-limits"></a>a\n']
)
def test_what_pages_add_is_found_in_linear_time(piece: str) -> None:
    assert grows_linearly(lambda count: without_additions(f'<a id="{piece * count}', " "))


@pytest.mark.slow
@for_each(ENDS)
def test_a_release_comes_back_without_a_finding(release: Path, tmp_path: Path) -> None:
    made = read_sources([SourcePath(path=release / "swagger.json", shown="swagger.json")], Report())
    folder = pages(made, tmp_path, toc=False)
    results = diff(release / "swagger.json", folder)
    assert (results.complete, results.findings) == (True, ())


@pytest.mark.slow  # all English pages of a release, twice
def test_published_pages_come_back_in_plain(tmp_path: Path) -> None:
    folder = pages_of(oldest(LIST_PAGES), "en")
    made = read_sources([SourcePath(path=folder, shown="en", locale="en")], Report())
    results = diff(folder, pages(made, tmp_path, toc=False))
    assert (results.complete, results.findings) == (True, ())
