"""Text reports with a line per finding that begins with its location.

Terminals get those of `terminal`.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level
from codegen.core.escaping.terminal import lines, one_line
from codegen.findings.finding import PLAIN, Results, Tally, View, format_direction, tally_for_screen
from codegen.findings.formats.selection import TEXT_RULES, list_totals, select_findings

_COLOURS = {Level.ERR: "\x1b[1;31m", Level.WARN: "\x1b[1;33m", Level.INFO: "\x1b[1;34m"}
_PLAIN = "\x1b[0m"


def render(results: Results, view: View = PLAIN) -> str:
    """Render findings or counts, with omissions and totals, which come first for changes of an API."""
    shown, left_out = select_findings(results, view)
    if view.counts:
        tallies = tally_for_screen(results.findings)
        lines = [_format_tally(tally, view) for tally in tallies]
    else:
        lines = list(_format_findings(shown, view))
    omissions = [
        *map(str, results.errors),
        *(
            results.reader.translate("note: {text}", text=text)
            for text in (*results.left_out, *left_out)
        ),
    ]
    if view.quiet:
        totals = []
    else:
        totals = [one_line(text) for _, text in list_totals(results)]
    omissions = list(map(one_line, omissions))
    if results.takes_baseline:
        parts = [*totals, *omissions, *lines]
    else:
        parts = [*lines, *omissions, *totals]
    return "".join(f"{line}\n" for line in parts)


def _format_tally(tally: Tally, view: View) -> str:
    level = _colour(f"{tally.level:<4}", tally.level, view)
    return f"{level} {tally.count:>6}  {tally.rule}{format_direction(tally.direction)}"


def _format_findings(results: Results, view: View) -> Iterator[str]:
    """Format each finding.

    Those of changes have an id for a baseline, and the meaning of their rule once.
    """
    explained: set[tuple[str, str]] = set()
    for finding in results.findings:
        if not results.takes_baseline:
            yield _colour_level(one_line(results.format_line(finding)), finding, view)
        else:
            is_explained = (finding.rule, finding.meaning) in explained
            explained.add((finding.rule, finding.meaning))
            text = results.format_line(
                _mark_words(replace(finding, meaning="") if is_explained else finding)
            )
            is_named = finding.path.endswith(finding.id) or finding.id.endswith(finding.message)
            line = one_line(text if is_named else f"{text} [{finding.id}]")
            yield _colour_level(line, finding, view)
        if finding.detail:
            yield lines(finding.detail.rstrip("\n"))


def _colour_level(line: str, finding: Finding, view: View) -> str:
    """Colour the level of a finding in its line, behind the location."""
    return line.replace(
        f": {finding.level} ", f": {_colour(finding.level, finding.level, view)} ", 1
    )


def _colour(text: str, level: Level, view: View) -> str:
    if view.colour:
        return f"{_COLOURS[level]}{text}{_PLAIN}"
    return text


def _mark_words(finding: Finding) -> Finding:
    """Replace the message of a changed text by the text with marks around its changed words."""
    from codegen.findings.words import are_descriptions, mark_changes  # most runs change no text

    if finding.rule not in TEXT_RULES or not are_descriptions(finding.old, finding.new):
        return finding
    return replace(
        finding,
        message=f"{finding.subject or finding.id}: {mark_changes(finding.old or '', finding.new or '')}",
    )
