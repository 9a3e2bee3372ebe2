"""Generated list pages round-trip exactly, including trailing whitespace of descriptions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.readers.sources import SourcePath, read_sources
from gardens.docs import contents, emit_texts, reference, swagger
from gardens.parts import PACKAGE
from support.files import place


def append_to_descriptions(value: Any, ending: str) -> Any:
    """Append the ending to all descriptions of a document."""
    if isinstance(value, dict):
        return {
            key: f"{inner}{ending}"
            if key == "description" and isinstance(inner, str)
            else append_to_descriptions(inner, ending)
            for key, inner in value.items()
        }
    return (
        [append_to_descriptions(inner, ending) for inner in value]
        if isinstance(value, list)
        else value
    )


@pytest.mark.parametrize(
    "ending",
    ["\n", "\n\n", " ", "  \n", "\n\n\nMore.\n\n", "\n\n- one\n- two\n\n\n", "\n\n  deep\n"],
)
def test_trailing_whitespace_of_descriptions_is_kept(tmp_path: Path, ending: str) -> None:
    document = swagger()
    document["definitions"] = append_to_descriptions(document["definitions"], ending)
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                operation["parameters"] = append_to_descriptions(
                    operation.get("parameters", []), ending
                )
    made = reference(document)
    pages = emit_texts(made, table=contents(), layout="list")
    place(pages, tmp_path)
    report = Report()
    again = read_sources([SourcePath(path=tmp_path, display_path="pages", locale="en")], report)
    assert not report.has_errors
    assert again.text("en", f"{PACKAGE}.PlotSpec#owner") == made.text(
        "en", f"{PACKAGE}.PlotSpec#owner"
    )
    assert again.text("en", f"{PACKAGE}.Bed") == made.text("en", f"{PACKAGE}.Bed")
    written_again = emit_texts(again, layout="list", site="kubernetes.io")
    for path in pages.keys() & written_again.keys():
        assert written_again[path] == pages[path], path
    assert len(pages.keys() & written_again.keys()) > 3


@pytest.mark.parametrize(
    "ending", ["  ", "  \nMore.", "\n\n```\na  \n  \n```\n  ", "\t\n\n- a \n  \n"]
)
@pytest.mark.parametrize("layout", ["plain", "table"])
def test_no_line_of_a_page_ends_in_blanks(layout: str, ending: str) -> None:
    document = swagger()
    document["definitions"] = append_to_descriptions(document["definitions"], ending)
    pages = emit_texts(reference(document), layout=layout)
    lines = [line for text in pages.values() for line in text.split("\n")]
    assert len(lines) > 50
    assert [line for line in lines if line != line.rstrip()] == []
