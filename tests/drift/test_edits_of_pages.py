"""Edits of a page, each with the rule and the levels that were written down first."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from codegen.drift.compare.engine import compare
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.diff import read
from codegen.project.config import configuration
from codegen.project.emit import generate
from codegen.readers.sources import SourcePath
from gardens.compare import SPEC, document
from support.files import load_yaml

TABLE = load_yaml(Path(__file__).with_name("edits_of_pages.yaml"))
EDITS: list[dict[str, Any]] = TABLE["edits"]
MORE_FIELDS = {
    "labels": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "labels are for queries.",
    },
    "share": {"type": "number", "format": "double", "description": "share is a part of one."},
    "sown": {"type": "string", "format": "date-time", "description": "sown is when it began."},
    "tags": {"type": "array", "items": {"type": "string"}, "description": "tags are free words."},
    "wet": {"type": "boolean", "description": "wet means that it rained."},
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of all edits, as codegen writes it, without its notice."""
    folder = tmp_path_factory.mktemp("page")
    spec = document()
    spec["definitions"][SPEC]["properties"].update(MORE_FIELDS)
    (folder / "api.json").write_text(json.dumps(spec), encoding="utf-8")
    outputs = [{"target": "docs", "layout": "list", "to": "out/{locale}"}]
    settings = {"sources": [{"path": "api.json"}], "locales": ["en"], "outputs": outputs}
    (folder / "codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    files = generate(configuration.load(folder / "codegen.yaml")).files
    (text,) = (text for path, text in files.items() if path.endswith("plot-v1.md"))
    return re.sub(r"<!--.*?-->\n", "", text)


def write_page(folder: Path, name: str, text: str) -> ComparisonInput:
    file = folder / name / "plot-v1.md"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return read(SourcePath(path=file.parent, display_path=name, locale="en"))


@pytest.mark.parametrize("edit", EDITS, ids=[edit["edit"] for edit in EDITS])
def test_edit_of_page_has_graded_levels_at_its_line(
    tmp_path: Path, edit: dict[str, Any], page: str
) -> None:
    edited = page
    line = page[: page.index(edit["find"])].count("\n") + 1
    for piece in filter(None, (edit, edit.get("also"))):
        assert edited.count(piece["find"]) == 1, piece["find"]
        edited = edited.replace(piece["find"], piece["write"])
    old, new = write_page(tmp_path, "old", page), write_page(tmp_path, "new", edited)
    changes = compare(old, new).changes
    found = [
        [change.rule.id, str(change.grade.request or "-"), str(change.grade.response or "-")]
        for change in changes
    ]
    assert sorted(found) == sorted(edit["levels"])
    distances = [change.span.line - line for change in changes]
    assert distances == edit.get("at", [0] * len(changes))


def test_table_has_at_least_sixty_edits() -> None:
    assert len({edit["edit"] for edit in EDITS}) == len(EDITS) >= 60
