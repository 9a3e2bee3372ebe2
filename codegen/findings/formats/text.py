"""For people and editors: one line a finding, its place in front so that a terminal can open it."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.findings.finding import Finding, Results, one_line


def render(results: Results) -> str:
    """All findings, then what was not compared, then the totals."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Results) -> Iterator[str]:
    has_baseline = results.command in {"check", "diff"}  # whose entries name the id
    for finding in results.findings:
        text = f"{finding.place}: {finding.level} {finding.rule}{_direction(finding)}: {finding.message}{_tail(finding, full_width=results.full_width)}"
        yield one_line(text + f" [{finding.id}]" * (has_baseline and finding.id != finding.path))
        if finding.detail:
            yield finding.detail.rstrip("\n")
    for note in results.remarks:
        yield f"note: {one_line(note)}"
    yield from map(one_line, results.summary)
    if not results.findings and results.complete:
        yield results.clean
    elif results.findings:
        count = len(results.findings)
        yield f"{count} finding{'s' * (count != 1)}: {results.counted()}" + (
            f"; run: {results.repair}" if results.repair else ""
        )


def _direction(finding: Finding) -> str:
    return f" ({finding.direction})" if finding.direction in {"request", "response"} else ""


def _tail(finding: Finding, *, full_width: bool) -> str:
    stop, pause = ("。", "；") if full_width else (". ", "; ")
    return (f"{stop}{finding.meaning}" if finding.meaning else "") + (f"{pause}{finding.hint}" if finding.hint else "")
