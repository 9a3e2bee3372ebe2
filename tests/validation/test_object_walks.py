"""Custom resources are checked with the defaults of their schema; limits that cannot be checked are
reported.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codegen.model import Reference
from codegen.model.inline_objects import hoist_inline_objects
from codegen.readers.sources import read
from codegen.validation.object_walks import fill_defaults
from codegen.validation.validator import Validator
from gardens.compare import document
from gardens.parts import PLOT
from gardens.resources import KEY, as_json, as_yaml, plots, schema_of

SPEC: dict[str, Any] = {
    "type": "object",
    "required": ["rows", "bed"],
    "properties": {
        "rows": {"type": "integer", "default": 3},
        "note": {"type": "string", "default": "none", "nullable": True},
        "bed": {
            "type": "object",
            "default": {},
            "required": ["soil"],
            "properties": {
                "soil": {"type": "string", "default": "loam"},
                "size": {"type": "integer"},
            },
            "oneOf": [{"required": ["soil"]}, {"required": ["size"]}],
        },
        "beds": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"soil": {"type": "string", "default": "clay"}},
            },
        },
        "named": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {"count": {"type": "integer", "default": 1}},
            },
        },
    },
}


def validator(folder: Path, spec: dict[str, Any]) -> Validator:
    definition = plots()
    schema_of(definition)["properties"]["spec"] = spec
    (folder / "plots.yaml").write_text(as_yaml(definition), encoding="utf-8")
    return Validator(read(folder / "plots.yaml"))


def fill(reference: Reference, key: str, obj: object) -> object:
    return fill_defaults(hoist_inline_objects(reference).definitions, key, obj)


def plot(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "garden.example.io/v1",
        "kind": "Plot",
        "metadata": {"name": "a"},
        "spec": spec,
    }


def test_required_field_with_default_may_be_omitted(tmp_path: Path) -> None:
    by = validator(tmp_path, SPEC)
    assert by.validate(plot()) == ()
    # The default adds a second one.
    assert [each.path for each in by.validate(plot(bed={"size": 3}))] == ["spec.bed"]
    assert [each.path for each in by.validate(plot(rows="3"))] == ["spec.rows"]


def test_defaults_are_applied_at_any_depth_to_a_copy(tmp_path: Path) -> None:
    given = plot(rows=None, note=None, beds=[{}, {"soil": "sand"}], named={"a": {}})
    filled: Any = fill(validator(tmp_path, SPEC).reference, KEY, given)
    assert filled["spec"] == {
        "rows": 3,
        "note": None,  # a nullable field
        "bed": {"soil": "loam"},
        "beds": [{"soil": "clay"}, {"soil": "sand"}],
        "named": {"a": {"count": 1}},
    }
    assert given == plot(rows=None, note=None, beds=[{}, {"soil": "sand"}], named={"a": {}})


def test_defaults_of_other_documents_are_not_applied(tmp_path: Path) -> None:
    spec = document()
    spec["definitions"][PLOT]["properties"]["spec"] = {"type": "object", "default": {}}
    (tmp_path / "plots.json").write_text(as_json(spec), encoding="utf-8")
    given = {"apiVersion": "garden.example.io/v1", "kind": "Plot"}
    reference = read(tmp_path / "plots.json")
    assert fill(reference, PLOT, given) is given
    assert [each.path for each in Validator(reference).validate(given)] == ["spec"]


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ({"format": "petal"}, "不认识格式 'petal'"),
        ({"format": "quantity"}, "不认识格式 'quantity'"),  # a type of Kubernetes, and no format
        ({"not": {"maxThorns": 3}}, "其中含有关键字 'maxThorns'"),
    ],
)
def test_reason_of_unchecked_limit_is_localized(
    tmp_path: Path, limit: dict[str, Any], reason: str
) -> None:
    by = validator(
        tmp_path, {"type": "object", "properties": {"name": {"type": "string", **limit}}}
    )
    (found,) = (
        each
        for each in by.validate(plot(name="a"), locale="zh-cn")
        if each.rule == "limit-unchecked"
    )
    assert found.message.endswith(f"：{reason}")


def test_unchecked_limit_is_reported_once(tmp_path: Path) -> None:
    by = validator(
        tmp_path,
        {"type": "object", "properties": {"name": {"type": "string", "pattern": "^(?=a)"}}},
    )
    (found,) = by.validate(plot(name="a"), locale="zh-cn")
    assert (found.rule, str(found.level)) == ("limit-unchecked", "WARN")
    assert found.message.startswith("模式中的 `pattern` 未被检查，首次出现在")
    assert by.validate(plot(name="b")) == ()
