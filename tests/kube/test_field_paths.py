"""Field paths of rules and conditions."""

from __future__ import annotations

import json

import pytest

from codegen.kube.field_paths import FieldPath, PlacedValue


def test_field_paths_are_parsed() -> None:
    path = FieldPath.parse("a.b[*].c[d]")
    obj = {"a": {"b": [{"c": {"d": 1}}, {}, None, 3]}}
    assert [(seen.steps, seen.value) for seen in path.find(obj)] == [
        (("a", "b", index, "c", ("d",)), 1 if not index else None) for index in range(4)
    ]
    assert FieldPath.parse("a[1]").first({"a": [1, 2]}).value == 2
    assert FieldPath.parse("a[1]").first({"a": {"1": 2}}).value == 2
    assert [
        FieldPath.parse(f"a[{at}]").first({"a": [1, 2]}).value for at in ("2", "²", "9" * 10)
    ] == [None] * 3
    values = [PlacedValue((), value) for value in json.loads('[null, "", [], {}, 0, false, "a"]')]
    assert [each.empty for each in values] == [True] * 4 + [False] * 3
    assert path.matches(("a", "b", 5, "c", ("d",)))
    assert not path.matches(("a", "b", 5, "c", "d"))
    for wrong in ("", "a.", "a[", "a[]", ".a", "a b", "a[00000000001]", f"a[{'9' * 5000}]"):
        with pytest.raises(ValueError, match="not a field path"):
            FieldPath.parse(wrong)
