"""Renamed definitions and fields, found by fields, by texts and by referring fields, and their
messages.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gardens.compare import compare_contents, document
from gardens.parts import PACKAGE, PLOT, openapi

GROUP, _, VERSION = PACKAGE.rpartition(".")


def move_types(spec: dict[str, Any], package: str, api_version: str = "") -> dict[str, Any]:
    """Return the document with all types in another package, and all kinds in another group and
    version.
    """
    text = json.dumps(spec).replace(f"{PACKAGE}.", f"{package}.")
    made: dict[str, Any] = json.loads(text)
    group, _, version = api_version.rpartition("/")
    for definition in made["definitions"].values():
        for kind in definition.get("x-kubernetes-group-version-kind", ()) if api_version else ():
            kind.update(group=group, version=version)
    made["paths"] = {}
    return made


def find_messages(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> dict[str, str]:
    """Return the message of each change by rule and name."""
    found = compare_contents(folder, {**old, "paths": {}}, new)
    return {
        f"{change.rule.id} {change.id.removeprefix(f'{PACKAGE}.')}": change.message
        for change in found.changes
    }


def test_renamed_version_is_matched_with_changes_of_its_types(tmp_path: Path) -> None:
    new = move_types(document(), f"{GROUP}.v2", "garden.example.io/v2")
    spec = new["definitions"][f"{GROUP}.v2.PlotSpec"]
    spec["properties"] = {
        "beds": spec["properties"]["beds"],
        "owner": {"type": "boolean"},
        "fence": {"type": "string"},
    }
    found = find_messages(tmp_path, document(), new)
    assert "definition-removed" not in " ".join(found)
    # They are part of the removed version.
    assert not [
        name for name in found if name.startswith(("definition-renamed", "definition-moved"))
    ]
    assert found["group-version-removed garden.example.io/v1"] == (
        "garden.example.io/v1 is gone, with Plot; Plot moved to garden.example.io/v2"
    )
    assert {"field-removed PlotSpec#size", "field-type-changed PlotSpec#owner"} <= found.keys()


def test_kind_moved_to_another_group_is_renamed(tmp_path: Path) -> None:
    found = find_messages(
        tmp_path, document(), move_types(document(), "io.example.api.yard.v1", "yard.example.io/v1")
    )
    ((name, message),) = found.items()
    assert name.split()[0] == "group-version-removed"
    assert "Plot moved to yard.example.io/v1" in message


def test_definition_is_matched_by_referring_field(tmp_path: Path) -> None:
    new: dict[str, Any] = json.loads(
        json.dumps(document()).replace("garden.v1.PlotSpec", "garden.v1.Desired")
    )
    found = find_messages(tmp_path, document(), {**new, "paths": {}})
    assert found == {
        "definition-renamed PlotSpec": "PlotSpec (garden.v1) is now Desired (garden.v1)"
    }


@pytest.mark.parametrize("count", [50, 300])
def test_renamed_fields_are_matched_by_description(tmp_path: Path, count: int) -> None:
    sides = []
    for name in ("soil", "bed"):
        texts = {f"{name}{at}": f"The part {at} of it." for at in range(count)}
        fields = {field: {"type": "string", "description": text} for field, text in texts.items()}
        sides.append(openapi({PLOT: {"type": "object", "properties": fields}}))
    assert [change.rule.id for change in compare_contents(tmp_path, *sides).changes] == [
        "field-renamed"
    ] * count
