"""Aliases and inline objects are compared with what they lead to."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from codegen.drift.compare.changes import Change
from codegen.drift.compare.engine import compare
from codegen.drift.diff import read
from codegen.readers.sources import SourcePath

TEXT: dict[str, Any] = {"type": "string", "maxLength": 9}
PERSON: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "phone": {"type": "string", "maxLength": 20}},
}
OTHER_PERSON: dict[str, Any] = {
    "type": "object",
    "required": ["name", "phone"],
    "properties": {"name": {"type": "string"}, "phone": {"type": "string", "maxLength": 20}},
}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def service(value: dict[str, Any], **types: dict[str, Any]) -> dict[str, Any]:
    """A document with one operation, whose body and response have a field `m`."""
    schema = {"type": "object", "properties": {"m": value}}
    content = {"application/json": {"schema": schema}}
    operation = {
        "operationId": "waterPlot",
        "requestBody": {"content": content},
        "responses": {"200": {"description": "OK", "content": content}},
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Garden", "version": "v1"},
        "paths": {"/plots": {"post": operation}},
        "components": {"schemas": types},
    }


def changes_of(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    sides = []
    for name, spec in (("old.json", old), ("new.json", new)):
        (folder / name).write_text(json.dumps(spec, indent=1), encoding="utf-8")
        sides.append(read(SourcePath(path=folder / name, display_path=name)))
    return list(compare(*sides).changes)


def wrapped_list(value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": value}


def wrapped_map(value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": value}


WRAPS = {"itself": dict, "items": wrapped_list, "values": wrapped_map}


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
@pytest.mark.parametrize("chain", [1, 3])
def test_alias_has_the_type_that_it_leads_to(tmp_path: Path, wrap: Any, chain: int) -> None:
    names = [f"Name{number}" for number in range(chain)]
    types = {name: ref(after) for name, after in pairwise(names)}
    types[names[-1]] = TEXT
    plain, named = service(wrap(TEXT)), service(wrap(ref(names[0])), **types)
    assert {each.rule.id for each in changes_of(tmp_path, plain, named)} == {"definition-added"}
    assert {each.rule.id for each in changes_of(tmp_path, named, plain)} == {"definition-inlined"}


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
def test_object_by_name_has_the_fields_of_one_in_place(tmp_path: Path, wrap: Any) -> None:
    plain, named = service(wrap(PERSON)), service(wrap(ref("Person")), Person=PERSON)
    assert {each.rule.id for each in changes_of(tmp_path, plain, named)} == {"definition-added"}
    assert {each.rule.id for each in changes_of(tmp_path, named, plain)} == {"definition-inlined"}


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
@pytest.mark.parametrize("is_named_first", [True, False])
def test_differences_of_an_object_by_name_are_named(
    tmp_path: Path, wrap: Any, *, is_named_first: bool
) -> None:
    if is_named_first:
        old, new = service(wrap(ref("Person")), Person=PERSON), service(wrap(OTHER_PERSON))
    else:
        old, new = service(wrap(PERSON)), service(wrap(ref("Person")), Person=OTHER_PERSON)
    found = {
        (each.rule.id, each.id.rpartition(".")[2], str(each.grade.request))
        for each in changes_of(tmp_path, old, new)
        if not each.rule.id.startswith("definition-")
    }
    sent, returned = "ERR", "None"
    assert found == {("field-became-required", "phone", level) for level in (sent, returned)}


def test_alias_of_a_narrower_type_is_a_change(tmp_path: Path) -> None:
    old, new = service(TEXT), service(ref("Name"), Name={"type": "string", "maxLength": 5})
    found = {(each.rule.id, str(each.grade.request)) for each in changes_of(tmp_path, old, new)}
    assert ("limit-tightened", "ERR") in found


@pytest.mark.parametrize("name", ["Person", "Owner"])
def test_type_that_leads_to_itself_ends(tmp_path: Path, name: str) -> None:
    tree = {"type": "object", "properties": {"name": {"type": "string"}, "below": ref("Person")}}
    owner = {"type": "object", "properties": {"name": {"type": "string"}, "below": ref("Owner")}}
    old = service(ref("Person"), Person=tree)
    new = service(ref(name), Person=tree, Owner=owner)
    assert all(change.level != "ERR" for change in changes_of(tmp_path, old, new))


def test_changed_text_of_an_object_by_name_is_found(tmp_path: Path) -> None:
    described = json.loads(json.dumps(PERSON))
    described["properties"]["name"]["description"] = "The name of it."
    other = json.loads(json.dumps(PERSON))
    other["properties"]["name"]["description"] = "The whole name of it."
    plain, named = service(described), service(ref("Person"), Person=other)
    assert "description-changed" in {each.rule.id for each in changes_of(tmp_path, plain, named)}
