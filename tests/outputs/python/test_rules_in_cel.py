"""Generated validators evaluate the CEL rules of their schema and report unchecked rules."""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import codegen
from codegen.core.diagnostics import Report
from gardens.parts import gvk_of, openapi

BED = {
    "type": "object",
    "x-kubernetes-validations": [
        {"rule": "self.size >= oldSelf.size", "message": "beds do not shrink"}
    ],
    "properties": {"id": {"type": "string"}, "size": {"type": "integer"}},
}
DOCUMENT = openapi(
    {
        "io.example.garden.v1.Plot": {
            "type": "object",
            "x-kubernetes-group-version-kind": [gvk_of()],
            "properties": {
                "metadata": {"type": "object"},
                "spec": {
                    "type": "object",
                    "x-kubernetes-validations": [
                        {
                            "rule": "self.min <= self.max",
                            "message": 'min is above "max" \\ max',
                            "fieldPath": ".max",
                        }
                    ],
                    "properties": {
                        "min": {"type": "integer", "default": 1},
                        "max": {"type": "integer", "default": 9},
                        "beds": {
                            "type": "array",
                            "items": BED,
                            "x-kubernetes-list-type": "map",
                            "x-kubernetes-list-map-keys": ["id"],
                        },
                    },
                },
            },
        },
        "io.example.garden.v1.Tool": {"type": "object", "properties": {"name": {"type": "string"}}},
    }
)


@pytest.fixture(scope="module")
def validators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("ruled")
    (folder / "garden.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    outputs = [{"target": target, "to": "ruled_garden"} for target in ("dataclasses", "validators")]
    config = {"sources": [{"path": "garden.json"}], "locales": ["en", "zh-cn"], "outputs": outputs}
    (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    codegen.generate(codegen.load_config(folder / "codegen.yaml"), report=Report()).write()
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("ruled_garden.garden_v1.validators")
    finally:
        sys.path.remove(str(folder))


def plot(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "garden.example.io/v1",
        "kind": "Plot",
        "metadata": {"name": "a"},
        "spec": spec,
    }


def test_violation_is_error_at_its_field(validators: Any) -> None:
    check = validators.validate_plot
    assert check(plot()) == ()
    (error,) = check(plot(max=0))
    assert (error.path, error.pointer, error.code) == ("spec.max", "/spec/max", "FieldValueInvalid")
    assert error.message == 'Invalid value: min is above "max" \\ max'
    assert check(plot(max=0), locale="zh-cn")[0].message == '值无效：min is above "max" \\ max'
    assert [each.path for each in validators.validate_plot_spec({"max": 0})] == ["max"]


def test_stored_object_is_compared(validators: Any) -> None:
    check = validators.validate_plot
    small, large = (
        plot(beds=[{"id": "a", "size": 1}]),
        plot(beds=[{"id": "b"}, {"id": "a", "size": 2}]),
    )
    assert check(small) == ()
    assert [f"{each.path}: {each.message}" for each in check(small, old=large)] == [
        "spec.beds[0]: Invalid value: beds do not shrink"
    ]
    with pytest.warns(UserWarning, match="min is above") as warned:
        assert check(plot(max=0), old=plot(max=0)) == ()
    assert warned[0].filename == __file__


def test_unchecked_rules_are_reported(validators: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    check = validators.validate_plot
    with pytest.warns(
        UserWarning, match="not checked: 2; servers check none while values are missing"
    ):
        assert [each.path for each in check(plot(max="a"))] == ["spec.max"]
    monkeypatch.setattr(
        importlib.import_module("ruled_garden.garden_v1.runtime.cel_rules"), "engine", lambda: None
    )
    with pytest.warns(
        UserWarning, match="not checked: 2; cel-expr-python and protobuf are not installed"
    ):
        assert check(plot(max=0)) == ()


def test_definitions_without_rules_have_no_rule_code(validators: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert validators.validate_tool({"name": "a"}) == ()
    text = Path(str(validators.__file__)).read_text(encoding="utf-8")
    # The kind, its spec and its beds.
    assert text.count("= add_rule_errors(") + text.count("return add_rule_errors(") == 3


def test_package_without_rules_has_no_cel_run_time(tmp_path: Path) -> None:
    document = json.loads(json.dumps(DOCUMENT).replace("x-kubernetes-validations", "x-other"))
    (tmp_path / "garden.json").write_text(json.dumps(document), encoding="utf-8")
    config = {
        "sources": [{"path": "garden.json"}],
        "outputs": [{"target": "validators", "to": "out"}],
    }
    (tmp_path / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    files = codegen.generate(codegen.load_config(tmp_path / "codegen.yaml"), report=Report())
    assert not [path for path in files.files if "cel" in path]
