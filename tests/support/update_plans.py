"""Plans of an update of a small project, for the report and for the facts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level, Report, Span
from codegen.findings.finding import Results
from codegen.project.update import UpdatePlan, plan_update

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


def plan_first_update(folder: Path) -> UpdatePlan:
    """Return the plan of the first update of a project with one fetched document."""
    file = folder / "codegen.yaml"
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
