"""Texts in other markup languages are named, and Markdown that a converter made is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError, Report
from codegen.readers.markup_languages import is_converted_markdown
from codegen.readers.sources import SourcePath, read_sources
from codegen.readers.unreadable_text import describe_unknown_text
from support.corpus import CASES
from support.flattening import COMMENT

PAGE = COMMENT.sub(
    "",
    (CASES / "english-page/sources/garden-resources/plot-v1.md").read_text(encoding="utf-8"),
)
SAMPLES = {
    "AsciiDoc": "== Plot\n\n'''\n\n* *spec* (link:/docs/#PlotSpec[PlotSpec]), required\n",
    "Org": "* Plot\n:PROPERTIES:\n:CUSTOM_ID: Plot\n:END:\n- *spec* ([[/docs/#PlotSpec][PlotSpec]])\n",
    "LaTeX": "\\section{Plot}\n\\begin{itemize}\n\\item \\textbf{spec} (PlotSpec)\n",
    "reStructuredText": "Plot\n====\n\n- **spec** (`PlotSpec <#PlotSpec>`__), ``required``\n",
    "Typst": "== Plot\n#link(<PlotSpec>)[PlotSpec]\n",
    "Texinfo": "@node Plot\n@section Plot\n",
    "roff": '.TH "Plot" "7"\n.SH Plot\n.IP \\(bu 2\n\\f[B]spec\\f[R] (PlotSpec)\n',
    "wiki": "== Plot ==\n* '''spec''' ([[#PlotSpec|PlotSpec]])\n",
    "Textile": "h2(#Plot). Plot\n\n* *spec* (PlotSpec)\n",
    "XML": '<?xml version="1.0"?>\n<!DOCTYPE article PUBLIC "x" "y">\n<article><title>Plot</title></article>\n',
}


@pytest.mark.parametrize("name", SAMPLES)
def test_markup_language_is_named(name: str) -> None:
    described = describe_unknown_text(SAMPLES[name])
    assert name in described
    assert "save the page as HTML" in described


@pytest.mark.parametrize(
    "text",
    [
        "[plot]\nname = 'north'\n",
        "[ Header 2 [ Str 'Plot' ] ]\n",
        '{plot name="north"}\n',
        "plot {\n  name north\n}\n",
        "[spec]{.underline} of a plot\n",
    ],
    ids=["TOML", "native text of pandoc", "attributes", "KDL", "djot"],
)
def test_text_with_brackets_is_no_json(text: str) -> None:
    assert "JSON" not in describe_unknown_text(text).partition(":")[0]


@pytest.mark.parametrize("text", ['{"a": 1}', "{}", '[\n  {"a": 1}\n]', "[1, 2]", "[true]"])
def test_json_is_named(text: str) -> None:
    assert describe_unknown_text(text).startswith("JSON")


def drop_anchors(page: str) -> str:
    head, _, body = page.partition("\n---\n")
    lines = [
        line.partition(" {#")[0] if line.startswith("#") else line for line in body.split("\n")
    ]
    return f"{head}\n---\n" + "\n".join(lines)


def test_converted_markdown_is_refused(tmp_path: Path) -> None:
    body = drop_anchors(PAGE).partition("\n---\n")[2]
    file = tmp_path / "plot.md"
    for text in (body, f"# Plot\n\n{body}", body.replace("## Plot\n", "Plot\n----\n")):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(CodegenError, match="a converter made"):
            read_sources([SourcePath(path=file, display_path="plot.md")], Report())


def test_page_with_front_matter_or_anchors_was_not_converted() -> None:
    assert not is_converted_markdown(PAGE)
    assert not is_converted_markdown(drop_anchors(PAGE))
    assert not is_converted_markdown(PAGE.partition("\n---\n")[2])
