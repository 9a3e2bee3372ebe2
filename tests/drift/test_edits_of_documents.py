"""Edits of an OpenAPI 3 document, each with the rule and the levels that were written down first."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from codegen.drift.compare.engine import compare
from codegen.drift.diff import read
from codegen.readers.sources import SourcePath

TABLE = yaml.safe_load(
    (Path(__file__).parent / "edits_of_documents.yaml").read_text(encoding="utf-8")
)
EDITS: list[dict[str, Any]] = TABLE["edits"]
STARTS = {"input": "components/schemas/PlotInput", "plot": "components/schemas/Plot"}


def find_parent(document: dict[str, Any], path: str) -> tuple[Any, Any]:
    """Return what has the last key of a path, and that key. `~` in a key is a slash, ID a parameter."""
    first, _, rest = path.partition("/")
    steps = f"{STARTS.get(first, first)}/{rest}".rstrip("/").split("/")
    value: Any = document
    keys: list[Any] = [
        int(step) if step.isdigit() else step.replace("~", "/").replace("ID", "{id}")
        for step in steps
    ]
    for key in keys[:-1]:
        value = value[key] if key in value or isinstance(value, list) else value[str(key)]
    last = keys[-1]
    return value, str(last) if isinstance(value, dict) else last


def edited(edit: dict[str, Any]) -> dict[str, Any]:
    """The document after an edit."""
    document: dict[str, Any] = copy.deepcopy(TABLE["document"])
    for path, new in edit.get("set", {}).items():
        parent, key = find_parent(document, path)
        if isinstance(parent, list) and key == len(parent):
            parent.append(new)
        else:
            parent[key] = new
    for path in edit.get("drop", []):
        parent, key = find_parent(document, path)
        del parent[key]
    return document


@pytest.mark.parametrize("edit", EDITS, ids=[edit["edit"] for edit in EDITS])
def test_edit_of_document_has_graded_levels(tmp_path: Path, edit: dict[str, Any]) -> None:
    sides = []
    for name, spec in (("old.json", TABLE["document"]), ("new.json", edited(edit))):
        file = tmp_path / name
        file.write_text(json.dumps(spec, indent=1), encoding="utf-8")
        sides.append(read(SourcePath(path=file, display_path=name)))
    changes = compare(*sides).changes
    graded = [
        [change.rule.id, str(change.grade.request or "-"), str(change.grade.response or "-")]
        for change in changes
    ]
    assert sorted(graded) == sorted(edit["levels"])
    assert all(change.span.line or change.id.startswith("document#") for change in changes)


def test_table_has_at_least_sixty_edits() -> None:
    assert len({edit["edit"] for edit in EDITS}) == len(EDITS) >= 60
