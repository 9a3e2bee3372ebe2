"""Validation rules in CEL are compared by their syntax trees, or as text without the library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen.cel import normal_form
from codegen.drift.compare import validation_rules
from codegen.drift.compare.validation_rules import compare_validation_rules
from codegen.drift.diff import diff
from codegen.readers.sources import SourcePath
from gardens.resources import PLOTS_PROPERTIES


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return the rules of the differences between two lists of one rule each."""
    return [each.rule for each in compare_validation_rules(json.dumps([old]), json.dumps([new]))]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"rule": "self.all(x, x > 1)"}, {"rule": "self.all(x,x>1)"}, []),
        (
            {"rule": "self.all(x, x > 1)"},
            {"rule": "self.all(y, y > 1)"},
            ["validation-message-changed"],
        ),
        ({"rule": "self.a > 1"}, {"rule": "self.a > 1 // isn't 1"}, ["validation-message-changed"]),
        (
            {"rule": "self.all(x, x.?x.orValue(1) > 0)"},
            {"rule": "self.all(y, y.?y.orValue(1) > 0)"},
            ["validation-changed"],
        ),
        (
            {"rule": "self.a > 1", "message": "few"},
            {"rule": "self.b > 1", "message": "few"},
            ["validation-changed"],
        ),
        (
            {"rule": "self.a > 1"},
            {"rule": "self.a > 1", "optionalOldSelf": True},
            ["validation-changed"],
        ),
        ({"rule": "self.a +* 1"}, {"rule": "self.a +* 1"}, []),
        (
            {"rule": "self.a +* 1"},
            {"rule": "self.a +* 2"},
            ["validation-changed"],
        ),
        (
            {"rule": "self.rows > 1"},
            {"rule": "!has(self.pump)"},
            ["validation-removed", "validation-added"],
        ),
        (
            {"rule": "self.rows > 1"},
            {"rule": "self.rows > 2", "message": "few"},
            ["validation-removed", "validation-added"],
        ),
        ({"rule": "self.a > 1", "message": "few"}, {"rule": "1 < self.a", "message": "few"}, []),
        (
            {"rule": "self.a > 1", "messageExpression": "'few'"},
            {"rule": "1 < self.a", "messageExpression": "'few'"},
            [],
        ),
        (
            {"rule": "self.a > 1", "message": "few"},
            {"rule": "1 < self.a"},
            ["validation-message-changed"],
        ),
    ],
    ids=[
        "layout",
        "variable",
        "comment",
        "selection",
        "same message",
        "optional old value",
        "invalid",
        "two invalid",
        "other rule",
        "one without message",
        "other words for what the message says",
        "other words for what the message computes",
        "message gone",
    ],
)
def test_rules_are_compared_by_meaning(
    old: dict[str, Any], new: dict[str, Any], expected: list[str]
) -> None:
    assert changes(old, new) == expected


def test_without_library_texts_are_compared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    normal_form.normalize_expression.cache_clear()
    monkeypatch.setattr(normal_form, "engine", lambda: None)
    monkeypatch.setattr(validation_rules, "is_installed", lambda: False)
    try:
        old, new = {"rule": "self.all(x, x > 1)"}, {"rule": "self.all(y, y > 1)"}
        assert changes(old, new) == ["validation-changed"]
    finally:
        normal_form.normalize_expression.cache_clear()
    spec = "          spec: {type: object, x-kubernetes-validations: [{rule: 'true'}]}\n"
    (tmp_path / "plots.yaml").write_text(PLOTS_PROPERTIES + spec, encoding="utf-8")
    source = SourcePath.of(tmp_path / "plots.yaml")
    (note,) = diff(source, source).notes
    assert note.startswith("rules in CEL are compared as text")
    assert note.endswith(": 1")
