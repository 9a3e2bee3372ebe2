"""The facts of an update for programs."""

from __future__ import annotations

import json
from pathlib import Path

from codegen.core.diagnostics import Level
from codegen.project.pins import PinChange
from codegen.project.update_facts import list_facts
from support.update_plans import make_change, plan_first_update, with_changes


def test_facts_are_data(tmp_path: Path) -> None:
    plan = plan_first_update(tmp_path)
    change = make_change(Level.ERR, "soil was removed")
    pins = (PinChange(name="garden", old="1.0", new="1.1"),)
    facts = json.loads(json.dumps(list_facts(with_changes(plan, change, pins=pins))))
    assert facts["pins"] == {"garden": {"old": "1.0", "new": "1.1"}}
    assert [item["rule"] for item in facts["changes"]] == ["field-removed"]
    assert facts["sources"][0]["changed"] is True
