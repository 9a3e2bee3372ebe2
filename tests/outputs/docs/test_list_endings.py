"""Machine-made pages of the list layout come back byte for byte, also where descriptions end in blanks and blank lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.readers.sources import SourcePath, read_sources
from gardens.docs import contents, reference, swagger, written
from gardens.parts import PACKAGE
from support.files import place

ENDINGS = ["\n", "\n\n", " ", "  \n", "\n\n\nMore.\n\n", "\n\n- one\n- two\n\n\n", "\n\n  deep\n"]


def ended(value: Any, ending: str) -> Any:
    """A document whose descriptions of definitions, fields and parameters end so."""
    if isinstance(value, dict):
        return {
            key: f"{inner}{ending}" if key == "description" and isinstance(inner, str) else ended(inner, ending)
            for key, inner in value.items()
        }
    return [ended(inner, ending) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("ending", ENDINGS)
def test_pages_keep_the_white_space_at_the_end_of_descriptions(tmp_path: Path, ending: str) -> None:
    document = swagger()
    document["definitions"] = ended(document["definitions"], ending)
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                operation["parameters"] = ended(operation.get("parameters", []), ending)
    made = reference(document)
    pages = written(made, table=contents(), layout="list")
    place(pages, tmp_path)
    report = Report()
    again = read_sources([SourcePath(path=tmp_path, shown="pages", locale="en")], report)
    assert not report.has_errors
    assert again.text("en", f"{PACKAGE}.PlotSpec#owner") == made.text("en", f"{PACKAGE}.PlotSpec#owner")
    assert again.text("en", f"{PACKAGE}.Bed") == made.text("en", f"{PACKAGE}.Bed")
    written_again = written(again, layout="list", site="kubernetes.io")
    for path in pages.keys() & written_again.keys():
        assert written_again[path] == pages[path], path
    assert len(pages.keys() & written_again.keys()) > 3
