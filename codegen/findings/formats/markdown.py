"""Markdown reports for pull requests and step summaries.

They begin with a table of counts. Then each rule follows with its meaning and its first findings,
the most serious level first. Further findings are folded, as is everything that breaks nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import commonpath
from textwrap import indent

from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level
from codegen.core.escaping.terminal import lines
from codegen.findings.finding import PLAIN, Results, View, format_direction, tally_findings
from codegen.findings.formats.gfm import gfm_block, gfm_code, gfm_text
from codegen.findings.words import DiffState, are_descriptions, word_changes

_UNFOLDED = 200  # unfolded lines of findings, in all
_FIRST = 10  # of one rule
_AROUND = 5  # lines of a rule beside its findings
_WORDS = {Level.ERR: "breaking", Level.WARN: "may break", Level.INFO: "compatible"}
_MARKS = {DiffState.OLD: "del", DiffState.NEW: "ins"}
_Rule = tuple[str, str]  # id and direction


def render(results: Results, view: View = PLAIN) -> str:
    """Render the report, or only its table for a view of counts."""
    return _report(results, () if view.counts else results.findings, quiet=view.quiet)


def within(results: Results, limit: int) -> str:
    """Render the report in at most `limit` bytes, without the least serious findings.

    The table still counts all.
    """
    findings = sorted(results.findings, key=lambda finding: finding.level.rank)
    text, kept = render(results), len(findings)
    while (size := len(text.encode("utf-8", "backslashreplace"))) > limit and kept:
        kept = min(kept - 1, int(kept * limit / size * 0.95))
        more = f"{len(findings) - kept} more do not fit here"
        text = _report(replace(results, notes=(*results.notes, more)), findings[:kept], quiet=False)
    return text


def _report(results: Results, findings: Sequence[Finding], *, quiet: bool) -> str:
    folder = _common_folder(findings)
    parts = [*_format_head(results), *_format_remarks(results, folder, quiet=quiet)]
    budget = _UNFOLDED
    for level in Level:
        of_level = [finding for finding in findings if finding.level is level]
        if of_level:
            parts.append(f"### {level}: {_WORDS[level]}")
        groups: dict[_Rule, list[Finding]] = {}
        for finding in of_level:
            groups.setdefault((finding.rule, finding.direction), []).append(finding)
        for rule, group in sorted(groups.items(), key=lambda item: len(item[1])):
            if level is Level.INFO:
                shown = 0
            else:
                shown = min(_FIRST, len(group), max(0, budget - _AROUND))
            budget -= shown + _AROUND if shown else 0
            parts += _rule(results, rule, group, shown, folder)
    return "\n\n".join(parts) + "\n"


def _common_folder(findings: Sequence[Finding]) -> str:
    """Return the common folder of all locations."""
    folders = {finding.path.rpartition("/")[0] for finding in findings}
    if len({folder[:1] == "/" for folder in folders}) != 1:
        return ""
    common = commonpath(folders)
    if common:
        return f"{common.rstrip('/')}/"
    return ""


def _format_head(results: Results) -> Iterator[str]:
    yield f"## codegen {results.command}: {results.describe_total()}"
    if not results.complete:
        yield "**Not everything could be checked**, see below the table."
    if results.findings:
        rows = [
            f"| {tally.level} | {gfm_text(tally.rule)} | {tally.direction} | {tally.count} |"
            for tally in tally_findings(results.findings)
        ]
        yield "\n".join(
            ["| level | rule | direction | findings |", "| --- | --- | --- | ---: |", *rows]
        )
    elif results.complete:
        yield gfm_text(results.clean)


def _format_remarks(results: Results, folder: str, *, quiet: bool) -> Iterator[str]:
    """Yield the omissions, the totals and the notes."""
    lacking = [*(f"{error.span}: {error.message}" for error in results.errors), *results.left_out]
    texts = [*lacking, *(() if quiet else (*results.summary, *results.notes))]
    lines = [f"- {gfm_text(text)}" for text in texts]
    if folder:
        lines.append(f"- places are below {gfm_code(folder)}")
    if lines:
        yield "\n".join(lines)


def _rule(
    results: Results, rule: _Rule, findings: Sequence[Finding], count: int, folder: str
) -> Iterator[str]:
    name, direction = rule
    meanings = {finding.meaning for finding in findings}
    common = meanings.pop() if len(meanings) == 1 else ""
    title = (
        gfm_code(name) + format_direction(direction) + (f": {gfm_text(common)}" if common else "")
    )
    if count:
        yield f"**{title}**"
        yield "\n".join(
            _line(results, finding, common, folder, folded=False) for finding in findings[:count]
        )
    if folded := findings[count:]:
        if count:
            summary = f"{len(folded)} more"
        else:
            summary = f"<b>{title}</b>: {len(folded)}"
        lines = "\n".join(
            _line(results, finding, common, folder, folded=True) for finding in folded
        )
        yield f"<details><summary>{summary}</summary>\n\n{lines}\n\n</details>"


def _line(results: Results, finding: Finding, common: str, folder: str, *, folded: bool) -> str:
    text_of_finding = gfm_text(finding.message)
    if are_descriptions(finding.old, finding.new):
        text_of_finding = f"{gfm_text(finding.subject or finding.id)}: {_mark_changes(finding.old or '', finding.new or '')}"
    text = results.join(
        text_of_finding,
        *(gfm_text(text) for text in (finding.meaning, finding.hint) if text != common),
    )
    place = finding.path.removeprefix(folder) + (f":{finding.line}" if finding.line else "")
    line = f"- {text} {gfm_code(place)}"
    if not finding.detail:
        return line
    block = gfm_block(lines(finding.detail), "diff")
    if not folded:
        block = f"<details><summary>the difference</summary>\n\n{block}\n\n</details>"
    return f"{line}\n\n{indent(block, '  ')}\n"


def _mark_changes(old: str, new: str) -> str:
    """Strike out removed words and mark added ones."""
    pieces = []
    for piece in word_changes(old, new):
        text, mark = gfm_text(piece.text), _MARKS.get(piece.part)
        pieces.append(f"<{mark}>{text}</{mark}>" if mark else text)
    return " ".join(pieces)
