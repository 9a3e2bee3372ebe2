"""Pages of the list and table layouts round-trip; pages of the plain layout cannot be read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from codegen import diff
from codegen.core.diagnostics import CodegenError, Report
from codegen.core.source import Source
from codegen.findings.rules.catalogue import CHANGES
from codegen.readers import registry
from codegen.readers.sources import SourcePath, read_sources
from gardens.docs import TOC, contents, emit_texts, reference, swagger
from support.files import place

# All kinds except those without content.
CONTENTS = contents(TOC.replace("- Moon\n", "- Moon\n- Snail\n- SnailList\n"))


@pytest.mark.parametrize("toc", [True, False])
@pytest.mark.parametrize("layout", ["list", "table"])
def test_pages_round_trip_without_differences(tmp_path: Path, toc: bool, layout: str) -> None:
    document = tmp_path / "swagger.json"
    document.write_text(json.dumps(swagger()), encoding="utf-8")
    folder = place(
        emit_texts(reference(), table=CONTENTS if toc else None, layout=layout), tmp_path / "out"
    )
    again = read_sources([SourcePath(path=folder, display_path="out")], Report())
    assert len(again.definitions) > 5
    assert len(again.operations) > 5
    results = diff(document, folder)
    assert results.complete
    changes = [finding for finding in results.findings if finding.rule in CHANGES]
    assert [(finding.rule, finding.id) for finding in changes] == []


def test_layout_of_page_is_recognized() -> None:
    names = {
        name: {
            form.name if (form := registry.recognize_form(Source(text, path))) else ""
            for path, text in emit_texts(reference(), table=CONTENTS, layout=name).items()
            if "index" not in path and re.search(r"^ *kind:", text, re.MULTILINE)
        }
        for name in ("plain", "list", "table")
    }
    assert names == {"plain": {""}, "list": {"list"}, "table": {"table"}}


def test_plain_page_is_reported_and_not_read(tmp_path: Path) -> None:
    place(emit_texts(reference(), table=CONTENTS, layout="list"), tmp_path)
    page = tmp_path / "plain.md"
    page.write_text(
        emit_texts(reference(), table=CONTENTS, layout="plain")["garden-resources/plot-v1.md"],
        encoding="utf-8",
    )
    with pytest.raises(CodegenError) as error:
        read_sources([SourcePath(path=page, display_path="plain.md")], Report())
    assert [found.rule for found in error.value.diagnostics] == ["source-unrecognised"]
    report = Report()
    read_sources([SourcePath(path=tmp_path, display_path="out")], report)
    assert [
        found.span.path for found in report.diagnostics if found.rule == "source-unrecognised"
    ] == ["out/plain.md"]
