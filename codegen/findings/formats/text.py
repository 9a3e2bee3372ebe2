"""For people and editors: one line a finding, its place in front so that a terminal can open it."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.findings.finding import Finding, Results, one_line


def render(results: Results) -> str:
    """All findings, then what was not compared, then what it comes to."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Results) -> Iterator[str]:
    has_baseline = results.command in {"check", "diff"}  # whose entries name the id
    for each in results.findings:
        text = f"{each.place}: {each.level} {each.rule}{_direction(each)}: {each.message}{_tail(each, full_width=results.full_width)}"
        yield one_line(text + f" [{each.id}]" * (has_baseline and each.id != each.path))
        if each.detail:
            yield each.detail.rstrip("\n")
    for note in results.notes:
        yield f"note: {one_line(note)}"
    yield from map(one_line, results.summary)
    if not results.findings and results.complete:
        yield results.clean
    elif results.findings:
        count = len(results.findings)
        yield f"{count} finding{'s' * (count != 1)}: {results.counted()}" + (
            f"; run: {results.repair}" if results.repair else ""
        )


def _direction(each: Finding) -> str:
    return f" ({each.direction})" if each.direction in {"request", "response"} else ""


def _tail(each: Finding, *, full_width: bool) -> str:
    stop, pause = ("。", "；") if full_width else (". ", "; ")
    return (f"{stop}{each.meaning}" if each.meaning else "") + (f"{pause}{each.hint}" if each.hint else "")
