"""What the rules of servers say that a client has to know before it sends an object.

That is what servers do not mind although a source forbids it, and what they refuse whatever is in the cluster and whichever release they are of.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from codegen.core import resources, tables
from codegen.model import Definition
from codegen.outputs import naming

# What a server knows beside the object decides these, or the words of one release; they are left to it.
_OF_SOME = frozenset(("from", "until", "only-kinds", "except-kinds"))
_KEPT = ("alone", "condition", "field", "other", "pattern", "value", "values", "when")  # of a rule


def accepted(kind: Definition) -> tuple[tuple[str, str], ...]:
    """The fields of a kind and the codes of findings there that no server of any release minds, whatever else the object says."""
    always = [
        rule
        for rule in _read(kind).get("rules", ())
        if rule.get("effect") == "accepts" and not {"from", "until", "when", "condition"} & rule.keys()
    ]
    return tuple((field, code) for rule in always for field in rule["fields"] for code in rule["codes"])


def refused(kind: Definition) -> str:
    """The rules by which a server of any release refuses an object of a kind, as JSON that a client reads; nothing if there are none."""
    data = _read(kind)
    rules = [
        {**{name: rule[name] for name in _KEPT if name in rule}, **_answer(rule)}
        for rule in data.get("rules", ())
        if rule.get("effect", "rejects") == "rejects" and _is_certain(rule)
    ]
    if not rules:
        return ""
    used = {entry for rule in rules for entry in rule.get("when", ()) if isinstance(entry, str)}
    conditions = {name: listed for name, listed in data.get("conditions", {}).items() if name in used}
    facts = {"first": data["first"], "conditions": conditions, "rules": rules}
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _is_certain(rule: Mapping[str, Any]) -> bool:
    return (
        rule.get("decided", "static") == "static"
        and not _OF_SOME & rule.keys()
        and {"condition", "field", "answer"} <= rule.keys()
    )


def _answer(rule: Mapping[str, Any]) -> dict[str, Any]:
    answer = {name: rule["answer"][name] for name in ("cause", "field", "stage") if name in rule["answer"]}
    return {"answer": answer, "says": rule["says"]["en"]}


def _read(kind: Definition) -> Mapping[str, Any]:
    """The rules of a kind, by their names in the file."""
    file = resources.server_rules() / f"{naming.schema_stem(kind)}.toml"
    data = _file(file) if file.is_file() else {}
    return data if data.get("kind", {}).get("key") == kind.key else {}


@cache
def _file(file: Path) -> Mapping[str, Any]:
    return tables.read(file)
