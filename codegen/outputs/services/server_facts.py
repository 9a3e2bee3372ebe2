"""What the rules of servers say that a client has to know before it sends an object: what servers do not mind although a source forbids it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from codegen.core import resources
from codegen.model import Definition
from codegen.outputs import naming


def accepted(kind: Definition) -> tuple[tuple[str, str], ...]:
    """The fields of a kind and the codes of findings there that no server of any release minds, whatever else the object says."""
    file = resources.server_rules() / f"{naming.schema_stem(kind)}.toml"
    return _accepted(file, kind.key) if file.is_file() else ()


@cache
def _accepted(file: Path, key: str) -> tuple[tuple[str, str], ...]:
    rules = tomllib.loads(file.read_text(encoding="utf-8"))
    if rules["kind"]["key"] != key:
        return ()
    always: list[Mapping[str, Any]] = [
        rule
        for rule in rules["rules"]
        if rule.get("effect") == "accepts" and not {"from", "until", "when", "condition"} & rule.keys()
    ]
    return tuple((field, code) for rule in always for field in rule["fields"] for code in rule["codes"])
