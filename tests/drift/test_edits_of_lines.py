"""Edits of the text of three documents, each with rules, levels and lines that were graded by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codegen.drift.compare.engine import compare
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.diff import read
from codegen.readers.sources import SourcePath
from support.files import load_yaml

HERE = Path(__file__).parent
TABLE: dict[str, list[dict[str, Any]]] = {
    **load_yaml(HERE / "edits_of_lines.yaml"),
    **load_yaml(HERE / "edits_of_sheds.yaml"),
}
ROWS = [(name, edit) for name, edits in TABLE.items() for edit in edits]
DOCUMENTS = {
    "api": "edited_document.yaml",
    "api-3.1": "edited_document_3_1.yaml",
    "resource": "edited_resource.yaml",
    "shed-api": "edited_shed_api.yaml",
    "shed-resource": "edited_shed_resource.yaml",
}


def edit_text(text: str, edit: dict[str, Any]) -> str:
    """Return a text after the replacements of an edit, each of which is made once."""
    for old, new in edit["replace"]:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def write_and_read(folder: Path, shown: str, text: str) -> ComparisonInput:
    file = folder / f"{shown}.yaml"
    file.write_text(text, encoding="utf-8")
    return read(SourcePath(path=file, display_path=shown))


@pytest.fixture(scope="module")
def inputs_before(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ComparisonInput]:
    """Return the unedited documents by name, each of which is read once."""
    folder = tmp_path_factory.mktemp("before")
    return {
        name: write_and_read(folder, "before", (HERE / document).read_text(encoding="utf-8"))
        for name, document in DOCUMENTS.items()
    }


@pytest.mark.parametrize(
    ("name", "edit"), ROWS, ids=[f"{name}-{edit['edit']}" for name, edit in ROWS]
)
def test_edit_has_graded_findings_at_its_line(
    tmp_path: Path, name: str, edit: dict[str, Any], inputs_before: dict[str, ComparisonInput]
) -> None:
    before = (HERE / DOCUMENTS[name]).read_text(encoding="utf-8")
    texts = {"before": before, "after": edit_text(before, edit)}
    after = write_and_read(tmp_path, "after", texts["after"])
    findings = []
    for change in compare(inputs_before[name], after).changes:
        line = texts[change.span.path].splitlines()[change.span.line - 1].strip()
        if change.span.path == "before":
            line = f"before: {line}"
        levels = [str(change.grade.request or "-"), str(change.grade.response or "-")]
        findings.append([change.rule.id, *levels, line])
    assert findings == edit["findings"]
