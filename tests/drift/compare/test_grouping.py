"""Grouping of changes by group version, kind, path and shared part."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from codegen.drift.compare.engine import compare
from codegen.drift.diff import diff, read
from codegen.readers.sources import SourcePath
from gardens.compare import (
    BED,
    chinese,
    compare_contents,
    document,
    english,
    replace_piece,
    write_and_read,
)
from gardens.parts import gvk_of, ref
from support.corpus import RELEASES, document_of


def garden_and_sheds(version: str = "v2") -> dict[str, Any]:
    """Return the garden with a second group version of one kind, with list, types and operations."""
    spec = document()
    package = f"io.example.api.garden.{version}"
    kind = gvk_of("Shed", version)
    head = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
    spec["definitions"] |= {
        f"{package}.Shed": {
            "type": "object",
            "properties": {**head, "spec": ref(f"{package}.ShedSpec")},
            "x-kubernetes-group-version-kind": [kind],
        },
        f"{package}.ShedList": {
            "type": "object",
            "properties": {**head, "items": {"type": "array", "items": ref(f"{package}.Shed")}},
            "required": ["items"],
            "x-kubernetes-group-version-kind": [{**kind, "kind": "ShedList"}],
        },
        f"{package}.ShedSpec": {"type": "object", "properties": {"key": {"type": "string"}}},
    }
    sheds = f"/apis/garden.example.io/{version}/sheds"
    answer = {"200": {"description": "OK", "schema": ref(f"{package}.ShedList")}}
    for path, method in ((sheds, "get"), (sheds, "delete"), (f"{sheds}/{{name}}", "get")):
        spec["paths"].setdefault(path, {})[method] = {
            "responses": answer,
            "x-kubernetes-group-version-kind": kind,
        }
    spec["definitions"][BED]["x-kubernetes-group-version-kind"] = [
        gvk_of("Bed", each) for each in ("v1", version)
    ]
    return spec


def test_group_version_is_one_change(tmp_path: Path) -> None:
    alone = document()
    alone["definitions"][BED]["x-kubernetes-group-version-kind"] = [gvk_of("Bed")]
    (gone,) = compare_contents(tmp_path, garden_and_sheds(), alone).changes
    assert (gone.rule.id, gone.level, gone.id) == (
        "group-version-removed",
        "ERR",
        "garden.example.io/v2",
    )
    assert gone.message == "garden.example.io/v2 is gone, with Shed"
    single = diff(tmp_path / "old", tmp_path / "new", expand=True).findings
    assert {*gone.ids} <= {finding.id for finding in single}
    assert {each.rpartition(".")[2] for each in gone.ids if " " not in each} == {
        "Shed",
        "ShedList",
        "ShedSpec",
    }
    assert sum(" /apis/garden.example.io/v2/" in each for each in gone.ids) == 3
    assert not gone.in_new
    (came,) = compare_contents(tmp_path, alone, garden_and_sheds()).changes
    assert (came.rule.id, came.level, came.new) == ("group-version-added", "INFO", "Shed")
    assert came.in_new


def test_kinds_of_removed_version_move_to_nearest_version(tmp_path: Path) -> None:
    new = garden_and_sheds("v1beta1")
    new["definitions"] |= garden_and_sheds("v3")["definitions"]
    changes = compare_contents(tmp_path, garden_and_sheds("v1alpha1"), new).changes
    assert not [each for each in changes if each.id.startswith("io.example.api.garden.v1alpha1.")]
    (gone,) = (each for each in changes if each.rule.id == "group-version-removed")
    assert gone.ending == ", with Shed; Shed moved to garden.example.io/v1beta1"
    names = ("Shed", "ShedList", "ShedSpec")
    assert {f"io.example.api.garden.v1alpha1.{name}" for name in names} <= {*gone.ids}


def test_change_of_inherited_field_is_one_change(tmp_path: Path) -> None:
    old = document()
    base = {"type": "object", "properties": {"rows": {"type": "integer", "maximum": 9}}}
    old["definitions"]["Base"] = base
    for name in ("Row", "Ring"):
        own = {"type": "object", "properties": {name.lower(): {"type": "string"}}}
        old["definitions"][name] = {"allOf": [{"$ref": "#/definitions/Base"}, own]}
    new = json.loads(json.dumps(old))
    new["definitions"]["Base"]["properties"]["rows"]["maximum"] = 8
    (change,) = compare_contents(tmp_path, old, new).changes
    assert (change.rule.id, change.id) == ("limit-tightened", "Row#rows")
    assert {*change.ids} == {"Base#rows", "Row#rows", "Ring#rows"}


def test_group_version_with_remaining_operation_is_not_removed(tmp_path: Path) -> None:
    new = garden_and_sheds()
    del new["paths"]["/apis/garden.example.io/v2/sheds"]
    (change,) = compare_contents(tmp_path, garden_and_sheds(), new).changes
    assert (change.rule.id, change.id) == ("operation-removed", "/apis/garden.example.io/v2/sheds")
    assert change.message == "/apis/garden.example.io/v2/sheds with GET, DELETE is gone"
    assert set(change.ids) == {
        f"{method} /apis/garden.example.io/v2/sheds" for method in ("GET", "DELETE")
    }


def test_kind_is_one_change_with_types_and_operations(tmp_path: Path) -> None:
    old = garden_and_sheds()
    plain = "io.example.api.garden.v2.Hut"
    old["definitions"][plain] = {
        "type": "object",
        "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"}},
        "x-kubernetes-group-version-kind": [gvk_of("Hut", "v2")],
    }
    new = json.loads(json.dumps(old))
    for name in ("Shed", "ShedList", "ShedSpec"):
        del new["definitions"][f"io.example.api.garden.v2.{name}"]
    new["paths"] = {path: item for path, item in new["paths"].items() if "/v2/" not in path}
    for sides, rule, verb in (((old, new), "removed", "gone"), ((new, old), "added", "new")):
        (change,) = compare_contents(tmp_path, *sides).changes
        assert (change.rule.id, change.id) == (
            f"definition-{rule}",
            "io.example.api.garden.v2.Shed",
        )
        assert change.message == f"Shed (garden.v2) is {verb}, with 5 of its types and operations"
        assert len(change.ids) == 6


def test_operations_of_kind_are_one_change(tmp_path: Path) -> None:
    new = garden_and_sheds()
    new["paths"] = document()["paths"]
    (change,) = compare_contents(tmp_path, garden_and_sheds(), new).changes
    assert (change.rule.id, change.id) == ("operation-removed", "garden.example.io/v2 Shed")
    assert change.message == "each of the 3 operations of Shed (garden.example.io/v2) is gone"


def test_equal_changes_of_operations_are_one_change(tmp_path: Path) -> None:
    limit = {
        "in": "query",
        "name": "limit",
        "type": "integer",
        "description": "limit is how many are shown.",
    }
    old, new = garden_and_sheds(), garden_and_sheds()
    for spec, kind in ((old, "integer"), (new, "string")):
        for number, (method, operation) in enumerate(
            (method, operation)
            for item in spec["paths"].values()
            for method, operation in item.items()
        ):
            odd = kind == "string" and method == "delete"
            operation.setdefault("parameters", []).append(
                {**limit, "type": "boolean" if odd else kind}
            )
            if kind == "string" and number:
                operation["responses"]["401"] = {"description": "Unauthorized"}
    found = sorted(
        compare_contents(tmp_path, old, new).changes,
        key=lambda change: (change.rule.id, change.new),
    )
    assert [(each.rule.id, each.id, len(each.ids), each.new) for each in found] == [
        ("parameter-type-changed", "DELETE /apis/garden.example.io/v2/sheds#limit", 0, "boolean"),
        ("parameter-type-changed", "parameter limit", 3, "string"),
        ("response-added", "response 401", 3, "no body"),
    ]
    assert (
        found[1].message == "the type of parameter limit of 3 operations was integer and is string"
    )
    assert found[2].message == "response 401 of 3 operations is new"


def test_each_page_has_own_change_between_languages(tmp_path: Path) -> None:
    shed = ("Plot", "Shed"), ("/plots", "/sheds"), ("plot-v1", "shed-v1")
    pages = {
        "en": english(),
        "zh-cn": replace_piece(
            chinese(), "- **dryRun** (**查询参数**): string", "- **dryRun** (**查询参数**): int"
        ),
    }
    sides = []
    for locale, page in pages.items():
        second = page
        for names in shed:
            second = second.replace(*names)
        sides.append(
            write_and_read(
                tmp_path, locale, {"garden/plot-v1.md": page, "garden/shed-v1.md": second}, locale
            )
        )
    found = [
        change for change in compare(*sides).changes if change.rule.id == "parameter-type-changed"
    ]
    assert len(found) == 2
    assert not any(change.ids for change in found)


@pytest.mark.skipif(len(RELEASES) < 2, reason="no two releases here: set CODEGEN_CORPUS")
@pytest.mark.slow
def test_additions_between_real_releases_are_reported_once() -> None:
    sides = [
        read(SourcePath(path=document_of(release), display_path=f"{release.name}/swagger.json"))
        for release in RELEASES
    ]
    for old, new in pairwise(sides):
        comparison = compare(old, new)
        changes = list(comparison.changes)
        moved = [
            change.id
            for change in changes
            if change.rule.id in {"definition-renamed", "definition-moved"}
        ]
        # Types of a removed version are part of its change.
        arrived = list(comparison.renamed.values())
        for first, second, happened, renamed in (
            (old, new, "removed", moved),
            (new, old, "added", arrived),
        ):
            rules = {f"{what}-{happened}" for what in ("definition", "operation", "group-version")}
            counts = Counter(
                name for each in changes if each.rule.id in rules for name in each.ids or (each.id,)
            )
            assert set(counts.values()) <= {1}
            keys = (
                first.reference.definitions.keys()
                - second.reference.definitions.keys()
                - set(renamed)
            )
            operations = first.reference.operations.keys() - second.reference.operations.keys()
            assert counts.keys() == keys | operations
        facts = Counter(
            (change.rule.id, change.id, change.old, change.new, change.direction)
            for change in changes
        )
        assert set(facts.values()) <= {1}
