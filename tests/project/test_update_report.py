"""The report of an update: what to act on, in each language, within the limits of hosts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level, Report, Span
from codegen.findings.finding import Results
from codegen.project.call_sites import CallSite, CallSites
from codegen.project.update import PinChange, UpdatePlan, plan_update
from codegen.project.update_report import LONGEST, format_counts, format_report

CONFIG = """\
sources: [{url: "https://garden.example/v{garden}/plots.json", path: plots.json}]
pins: {garden: "1.1"}
locales: [en, zh-cn]
outputs: [{target: json-schema, to: schemas}]
"""
DOCUMENT = {
    "swagger": "2.0",
    "info": {"title": "Garden", "version": "1"},
    "paths": {},
    "definitions": {
        "io.example.garden.v1.Plot": {
            "type": "object",
            "properties": {"soil": {"type": "string", "description": "Soil of the plot."}},
            "x-kubernetes-group-version-kind": [
                {"group": "garden.example.io", "version": "v1", "kind": "Plot"}
            ],
        }
    },
}


@pytest.fixture
def plan(tmp_path: Path) -> UpdatePlan:
    """Return the plan of a first update."""
    file = tmp_path / "codegen.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    data = json.dumps(DOCUMENT).encode()
    return plan_update(file, {}, Report(), download=lambda _url, _span: data)


def make_change(level: Level, message: str) -> Finding:
    """Return a change of a field for those who send it."""
    return Finding(
        rule="field-removed",
        level=level,
        message=message,
        span=Span(path="plots.json", line=3, column=1),
        subject="Plot.soil (garden.v1)",
        direction="request",
    )


def with_changes(plan: UpdatePlan, *findings: Finding, **more: Any) -> UpdatePlan:
    results = Results(command="update", findings=findings)
    return replace(plan, old=plan.new, changes=results, **more)


def test_first_update_says_that_nothing_is_compared(plan: UpdatePlan) -> None:
    english, chinese = format_report(plan).split("\n---\n")
    assert "nothing to compare" in english
    assert "首次获取" in chinese
    assert "https&#58;//garden.example/v1.1/plots.json" in english


def test_levels_have_headings_in_each_language(plan: UpdatePlan) -> None:
    changes = (
        make_change(Level.ERR, "soil was removed"),
        make_change(Level.INFO, "a text was changed"),
    )
    english, chinese = format_report(with_changes(plan, *changes)).split("\n---\n")
    assert "### To act on: 1\n\n- **ERR** <code>plots.json:3:1</code> soil was removed" in english
    assert "senders (requests)" in english
    assert "<summary>Additions and documentation: 1</summary>" in english
    assert "### 需要处理：1 项\n\n- **ERR** <code>plots.json:3:1</code> 可选字段已移除" in chinese


def test_uses_of_removed_names_are_listed(plan: UpdatePlan) -> None:
    site = CallSite(span=Span(path="a.py", line=2, column=1), name="soil", classes=("Plot",))
    sites = CallSites(sites=(site,), unread=("b.py",))
    report = format_report(with_changes(plan, call_sites=sites))
    assert "<code>a.py:2:1</code> `soil` of Plot is gone" in report
    assert "Not examined: b.py" in report


def test_text_of_others_is_no_markup(plan: UpdatePlan) -> None:
    change = make_change(Level.ERR, "</details><script> @gardener [a](https://evil.example)")
    report = format_report(with_changes(plan, change))
    assert "<script>" not in report
    assert "](https" not in report
    assert "@gardener" not in report


def test_report_fits_and_counts_the_others(plan: UpdatePlan) -> None:
    changes = [make_change(Level.ERR, f"{number} {'soil ' * 30}") for number in range(2000)]
    report = format_report(with_changes(plan, *changes))
    assert len(report) <= LONGEST
    assert "To act on: 2000" in report
    assert report.count("<details>") == report.count("</details>")


def test_facts_are_data(plan: UpdatePlan) -> None:
    change = make_change(Level.ERR, "soil was removed")
    pins = (PinChange(name="garden", old="1.0", new="1.1"),)
    facts = json.loads(json.dumps(format_counts(with_changes(plan, change, pins=pins))))
    assert facts["pins"] == {"garden": {"old": "1.0", "new": "1.1"}}
    assert [item["rule"] for item in facts["changes"]] == ["field-removed"]
    assert facts["sources"][0]["changed"] is True
