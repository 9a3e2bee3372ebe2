"""Former ids of merged rules, and totals that fit a screen."""

from __future__ import annotations

from datetime import date

import pytest

from codegen.core.diagnostics import Finding, Level, Span
from codegen.drift.baseline.entries import AcceptedFinding
from codegen.findings.choice import covers
from codegen.findings.finding import tally_findings, tally_for_screen
from codegen.findings.rules.catalogue import RULES
from codegen.findings.rules.former_ids import FORMER_IDS, current_id
from support.commands import run


@pytest.mark.parametrize(("former", "present"), FORMER_IDS.items(), ids=FORMER_IDS)
def test_former_id_stands_for_the_present_one(former: str, present: str) -> None:
    assert former not in RULES
    assert present in RULES
    assert covers([former], present)
    assert not covers([f"!{former}"], present)
    assert run("explain", former).stdout == run("explain", present).stdout
    assert current_id(present) == present


def test_baseline_entry_with_former_id_accepts_the_finding() -> None:
    entry = AcceptedFinding(
        rule="parameter-type-widened", id="GET /plots#rows", reason="known", until=date(2030, 1, 1)
    )
    found = Finding(
        rule="field-type-widened",
        level=Level.INFO,
        message="it takes more",
        span=Span(path="api.json"),
        id="GET /plots#rows",
        direction="request",
    )
    assert entry.covers(found)


@pytest.mark.parametrize("count", [3, 18, 19, 60])
def test_summary_fits_a_screen_and_counts_everything(count: int) -> None:
    findings = [
        Finding(
            rule=f"rule-{number}",
            level=list(Level)[number % 3],
            message="m",
            span=Span(path="api.json"),
        )
        for number in range(count)
    ]
    tallies = tally_for_screen(findings)
    assert len(tallies) <= 18
    assert sum(tally.count for tally in tallies) == count
    assert [tally.level.rank for tally in tallies] == sorted(tally.level.rank for tally in tallies)
    assert len(tally_findings(findings)) == count
