"""Security requirements: whether each accepted request still is."""

from __future__ import annotations

import json

import pytest

from codegen.drift.compare.security import classify_security_change

TOKEN: dict[str, list[str]] = {"token": []}
BASIC: dict[str, list[str]] = {"basic": []}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (None, [TOKEN], "security-tightened"),
        ([], [TOKEN], "security-tightened"),
        ([TOKEN], [BASIC], "security-tightened"),
        ([TOKEN], [{**TOKEN, **BASIC}], "security-tightened"),
        ([TOKEN, BASIC], [TOKEN], "security-tightened"),
        ([TOKEN, {}], [TOKEN], "security-tightened"),
        ([{"token": ["read"]}], [{"token": ["read", "write"]}], "security-tightened"),
        ([{"token": ["read"]}], [{"token": ["write"]}], "security-tightened"),
        ([TOKEN], None, "security-relaxed"),
        ([TOKEN], [TOKEN, BASIC], "security-relaxed"),
        ([TOKEN], [TOKEN, {}], "security-relaxed"),
        ([{**TOKEN, **BASIC}], [TOKEN], "security-relaxed"),
        ([{"token": ["read", "write"]}], [{"token": ["read"]}], "security-relaxed"),
        ([TOKEN, BASIC], [BASIC, TOKEN], ""),
        (None, [], ""),
        (None, [{}], ""),
        ([{"token": ["read", "write"]}], [{"token": ["write", "read"]}], ""),
        ([{}, TOKEN], None, ""),
        ([TOKEN], "odd", "keyword-changed"),
        (["odd"], [TOKEN], "keyword-changed"),
        ([{"token": "odd"}], [TOKEN], "keyword-changed"),
    ],
)
def test_change_of_security_has_its_rule(old: object, new: object, rule: str) -> None:
    before = None if old is None else json.dumps(old)
    after = None if new is None else json.dumps(new)
    assert classify_security_change(before, after) == rule
