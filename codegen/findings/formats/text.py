"""Text reports with a line per finding that begins with its location. Terminals get those of `terminal`."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.escaping.terminal import lines, one_line
from codegen.findings.finding import (
    PLAIN,
    Results,
    View,
    format_direction,
    limit_findings,
    tally_findings,
)


def render(results: Results, view: View = PLAIN) -> str:
    """Render findings or counts, then omissions and totals."""
    chosen, left_out = limit_findings(results)
    found = _counts(results) if view.counts else (*_findings(chosen), *left_out)
    lacking = [*map(str, results.errors), *(f"note: {text}" for text in results.left_out)]
    lines = [*found, *map(one_line, lacking), *([] if view.quiet else _totals(results))]
    return "".join(f"{line}\n" for line in lines)


def _counts(results: Results) -> Iterator[str]:
    for tally in tally_findings(results.findings):
        yield f"{tally.level:<4} {tally.count:>6}  {tally.rule}{format_direction(tally.direction)}"


def _findings(results: Results) -> Iterator[str]:
    for finding in results.findings:
        yield one_line(
            results.format_line(finding)
            + f" [{finding.id}]" * (results.takes_baseline and not finding.path.endswith(finding.id))
        )
        if finding.detail:
            yield lines(finding.detail.rstrip("\n"))


def _totals(results: Results) -> Iterator[str]:
    for note in results.notes:
        yield f"note: {one_line(note)}"
    yield from map(one_line, results.summary)
    if not results.findings and results.complete:
        yield results.clean
    elif results.findings:
        count = len(results.findings)
        yield f"{count} finding{'s' * (count != 1)}: {results.count_levels()}" + (
            f"; run: {results.repair}" if results.repair else ""
        )
