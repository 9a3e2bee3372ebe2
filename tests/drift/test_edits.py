"""The single edits of `edits.yaml`, each with its rule and levels by the conventions of Kubernetes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import codegen
from codegen.drift.compare.engine import compare
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.history import views
from codegen.findings.rules.catalogue import CHANGES, rules_of
from codegen.readers import releases
from gardens.compare import write_and_read
from support.corpus import ROOT
from support.files import load_yaml
from support.rows import each_row

TABLE: dict[str, Any] = load_yaml(ROOT / "tests/drift/edits.yaml")
PACKAGE = "io.example.api.garden.v1."
PLOTS = "/apis/garden.example.io/v1/plots"
PLACES = {
    "list": ["paths", PLOTS, "get"],
    "create": ["paths", PLOTS, "post"],
    "remove": ["paths", PLOTS, "delete"],
    "harvest": ["paths", f"{PLOTS}/{{name}}/harvest", "post"],
    "shared": ["parameters"],
    "paths": ["paths"],
    "all": [],
}
TYPES = {"Spec": (True, True), "Order": (True, False), "Yield": (False, True)}  # sent, read
# Levels of types that only requests or only responses have.
WAYS = {
    "sent": (True, False),
    "read": (False, True),
}


def api() -> dict[str, Any]:
    """Return a copy of the API of the table with full keys."""
    spec: dict[str, Any] = json.loads(json.dumps(TABLE["api"]))
    spec["definitions"] = {
        f"{PACKAGE}{name}": schema for name, schema in spec["definitions"].items()
    }
    return spec


def steps(path: str, name: str) -> list[str]:
    first, *rest = (part.replace("~1", "/") for part in path.split("/"))
    first = name if first == "T" else first
    return [*PLACES.get(first, ["definitions", f"{PACKAGE}{first}"]), *rest]


def with_full_keys(value: Any) -> Any:
    """Return a value with full keys in its references."""
    if isinstance(value, dict):
        return {
            key: f"#/definitions/{PACKAGE}{each}"
            if key == "$ref" and "#" not in each
            else with_full_keys(each)
            for key, each in value.items()
        }
    return [with_full_keys(each) for each in value] if isinstance(value, list) else value


def apply(spec: dict[str, Any], edit: dict[str, Any], name: str) -> None:
    for path, value in edit.get("set", {}).items():
        at, last = resolve_parent(spec, steps(path, name))
        if isinstance(at, list) and last == len(at):
            at.append(with_full_keys(value))
        else:
            at[last] = (
                with_full_keys({"$ref": value})["$ref"] if last == "$ref" else with_full_keys(value)
            )
    for path in edit.get("drop", []):
        at, last = resolve_parent(spec, steps(path, name))
        del at[last]


def resolve_parent(spec: Any, path: list[str]) -> tuple[Any, Any]:
    for step in path[:-1]:
        spec = spec[int(step)] if isinstance(spec, list) else spec.setdefault(step, {})
    return spec, int(path[-1]) if isinstance(spec, list) else path[-1]


def rows() -> Iterator[tuple[dict[str, Any], str]]:
    for edit in TABLE["edits"]:
        paths = [*edit.get("set", {}), *edit.get("drop", [])]
        for name in TYPES if any(path.startswith("T/") for path in paths) else [""]:
            yield edit, name


ROWS = list(rows())


def expected_levels(
    edit: dict[str, Any], key: str, name: str
) -> tuple[str, str | None, str | None]:
    """Return the rule and the levels for senders and readers.

    A change that does not concern the only use of a type is INFO.
    """
    rule, *graded = edit[key]
    ways = [None if level == "-" else level for level in graded]
    uses = TYPES.get(name) or next((WAYS[way] for way in WAYS if edit.get(way)), (True, True))
    used = [level if use else None for level, use in zip(ways, uses, strict=True)]
    if not any(used):
        used = ["INFO" if use else None for use in uses]
    return rule, used[0], used[1]


def edit_api(edit: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the API before and after an edit."""
    sides = []
    for edits in ((edit.get("before", {}),), (edit.get("before", {}), edit)):
        spec = api()
        for each in edits:
            apply(spec, each, name)
        sides.append(spec)
    return sides


@pytest.fixture(scope="module")
def read_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str, dict[str, Any]], ComparisonInput]:
    """Read an API under a name. Equal ones are read once, since most rows start with the same."""
    folder = tmp_path_factory.mktemp("edits")

    @cache
    def read_text(name: str, text: str) -> ComparisonInput:
        return write_and_read(folder, name, json.loads(text))

    return lambda name, content: read_text(name, json.dumps(content))


@each_row(ROWS)
def test_edit_has_expected_rule_and_levels(
    edit: dict[str, Any],
    name: str,
    *,
    read_once: Callable[[str, dict[str, Any]], ComparisonInput],
) -> None:
    sides = edit_api(edit, name)
    assert sides[0] != sides[1]
    old, new = read_once("old", sides[0]), read_once("new", sides[1])
    found = compare(old, new)
    wanted = sorted(
        (expected_levels(edit, key, name) for key in ("levels", "also") if edit.get(key)), key=str
    )
    graded = [
        (each.rule.id, each.grade.request, each.grade.response)
        for each in found.changes
        if each.grade
    ]
    assert sorted(graded, key=str) == wanted
    assert found.not_compared == ()
    for each in found.changes:
        assert each.grade is not None
        assert each.level is each.grade.level
        assert edit.get("says", "") in each.message
        count = edit.get("count", 1)
        assert len(each.ids) == (count if count > 1 else 0)
        is_gone = each.rule.id in ("definition-removed", "definition-inlined", "operation-removed")
        assert each.in_new or is_gone
        assert each.span.path == ("new" if each.in_new else "old")
        assert each.span.line


@pytest.mark.slow
@each_row(ROWS)
def test_edited_api_does_not_differ_from_itself(
    edit: dict[str, Any], name: str, *, tmp_path: Path
) -> None:
    after = edit_api(edit, name)[1]
    old, new = write_and_read(tmp_path, "old", after), write_and_read(tmp_path, "new", after)
    assert compare(old, new).changes == ()


def test_edit_table_covers_all_rules() -> None:
    """The table covers all API rules with the levels of the catalogue.

    Other tests cover rules about pages and resources.
    """
    assert len(ROWS) >= 450
    table = set()
    for edit in TABLE["edits"]:
        for row in filter(None, (edit["levels"], edit.get("also"))):
            rule, request, response = row
            table.add(rule)
            # A parameter has no readers, also where the rule has a level for them.
            assert request in ("-", CHANGES[rule].request), rule
            assert response in ("-", CHANGES[rule].response), rule
    elsewhere = {rule for rule in CHANGES if rule.startswith(("page-", "group-version-"))}
    elsewhere |= {rule.id for rule in rules_of("resource-changes")}  # test_resources.py
    elsewhere |= {"definition-renamed", "definition-moved", "link-changed"}
    assert set(CHANGES) - table == elsewhere, (
        "add a row to tests/drift/edits.yaml for each new rule about an API"
    )


@pytest.mark.slow
@pytest.mark.parametrize(("edit", "name"), [row for row in ROWS if row[1] in ("", "Spec")])
def test_history_shows_each_edit(tmp_path: Path, edit: dict[str, Any], name: str) -> None:
    sides = edit_api(edit, name)
    sources = []
    for release, content in zip(("1.1", "1.2"), sides, strict=True):
        file = tmp_path / f"v{release}.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        sources.append(releases.release_source(file))
    assert bool([*views.rows(codegen.history(*sources), changed=True)]) == bool(
        edit.get("levels") and edit.get("history", True)
    )
