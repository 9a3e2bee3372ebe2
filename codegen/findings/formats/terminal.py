"""Text reports for terminals, grouped by element, with similar findings on one line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from codegen.core.diagnostics import Finding, Level
from codegen.core.escaping.terminal import line as on_terminal
from codegen.core.escaping.terminal import one_line
from codegen.findings.finding import Results, View, format_direction, tally_for_screen
from codegen.findings.formats.selection import (
    ReportPosition,
    find_position,
    list_totals,
    select_findings,
)
from codegen.findings.words import MARKS, DiffState, are_descriptions, word_changes
from codegen.model.prose import package_name, readable_name, split_prose_id

_STYLES = {Level.ERR: "bold red", Level.WARN: "bold yellow", Level.INFO: "bold blue"}
_SORTS = {"total": "bold", "clean": "green", "summary": "", "note": "dim"}
_COLOURS = {DiffState.SAME: "", DiffState.OLD: "red", DiffState.NEW: "green"}
_LINES = {"+": "green", "-": "red", "@": "dim"}  # of a difference
_OPERATION = re.compile(
    r"(?P<method>\S+) (?P<group>/api/[^/]+|/apis/[^/]+/[^/]+|/[^/]*)(?P<rest>/.*)?"
)
_NAMES = 12  # on one line; the other formats list all
_INDENT = 2
_BELOW = 8  # the indentation of lines under a finding


def render(results: Results, view: View) -> str:
    """Render the report for the width and the colours of a terminal."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=view.width,
        force_terminal=view.colour,
        color_system="standard" if view.colour else None,
        no_color=not view.colour,
        highlight=False,
        markup=False,
        emoji=False,
    )
    shown, left_out = select_findings(results, view)
    lines = _format_counts(results) if view.counts else _Report(shown, colour=view.colour).lines()
    missing = (
        Text(one_line(text), style="red") for text in (*map(str, results.errors), *results.left_out)
    )
    omissions = (*missing, *(Text(f"note: {text}", style="dim") for text in left_out))
    if view.quiet:
        totals = []
    else:
        totals = [Text(one_line(text), style=_SORTS[sort]) for sort, text in list_totals(results)]
    parts = [omissions, lines]
    for line in chain.from_iterable(
        (totals, *parts) if results.takes_baseline else (*parts[::-1], totals)
    ):
        console.print(line)
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


def _format_counts(results: Results) -> Iterator[Text]:
    for tally in tally_for_screen(results.findings):
        yield Text.assemble(
            (f"{tally.level:<5}", _STYLES[tally.level]),
            f"{tally.count:>6}  {tally.rule}",
            (format_direction(tally.direction), "dim"),
        )


class _Report:
    """Findings under headings: changes of an API by rule, others by element.

    The meaning of a rule is printed with its first finding.
    """

    def __init__(self, results: Results, *, colour: bool) -> None:
        self._results = results
        self._by_rule = results.takes_baseline
        self._colour = colour
        self._explained: set[tuple[str, str]] = set()

    def lines(self) -> Iterator[Text | Padding]:
        """Yield headings with their findings, the most serious first."""
        groups: dict[tuple[ReportPosition, str], dict[tuple[object, ...], list[Finding]]] = {}
        for finding in self._results.findings:
            if self._by_rule:
                heading = _format_rule(finding)
            else:
                heading = _name_element(finding).heading
            alike = groups.setdefault((find_position(finding), heading), {})
            alike.setdefault(_grouping_key(finding), []).append(finding)
        for (_, heading), group in sorted(groups.items(), key=lambda item: item[0][0]):
            first = next(iter(group.values()))[0]
            level = (f"{first.level:<6}", _STYLES[first.level]) if self._by_rule else ""
            file = f"  {one_line(first.path)}" * (first.path != heading)
            yield Text.assemble(level, (one_line(heading), "bold"), (file, "dim"))
            for findings in group.values():
                yield from self._format_finding(findings, first.path)
            if not self._by_rule:
                yield Text("")

    def _format_finding(self, findings: Sequence[Finding], file: str) -> Iterator[Padding]:
        first = findings[0]
        row = Table.grid(padding=(0, 1, 0, 0))
        row.add_column(no_wrap=True)
        row.add_column(overflow="fold")
        # A finding about several elements is a sentence.
        named = bool(first.subject) and not first.ids
        if self._by_rule:
            lead, text = "", Text(f"{one_line(_name_element(first).heading)}  " * (not first.ids))
        else:
            lead, text = f"{first.level:<5}", Text(f"{_format_rule(first)}  ")
        text.append_text(_format_names(findings) if named else Text(one_line(first.message)))
        prose = are_descriptions(first.old, first.new)
        if named and not prose:
            text.append_text(self._values(first))
        place = (first.path if first.path != file else "") + (
            f":{first.line}" if first.line else ""
        )
        if place:
            text.append(f"  {one_line(place)}", style="dim")
        row.add_row(Text(lead, style=_STYLES[first.level]), text)
        yield Padding(row, (0, 0, 0, _INDENT))
        if prose:
            pieces = word_changes(one_line(first.old or ""), one_line(first.new or ""))
            words = (self._format_part(piece.part, piece.text, marked=True) for piece in pieces)
            yield Padding(Text(" ").join(words), (0, 0, 0, _BELOW))
        meaning = self._results.join(first.meaning, first.hint)
        if meaning and (first.rule, meaning) not in self._explained:
            self._explained.add((first.rule, meaning))
            yield Padding(Text(one_line(meaning), style="dim italic"), (0, 0, 0, _BELOW))
        if first.detail:
            rows = (on_terminal(row.expandtabs(4)) for row in first.detail.rstrip("\n").split("\n"))
            lines = Text("\n").join(Text(row, style=_LINES.get(row[:1], "")) for row in rows)
            yield Padding(lines, (0, 0, 0, _BELOW))

    def _values(self, finding: Finding) -> Text:
        """Format both values, such as `: required -> optional`, except for the element itself."""
        old, new = _values(finding)
        shown = Text("")
        if old:
            shown.append_text(self._format_part(DiffState.OLD, old))
        if new:
            shown.append(" -> " if finding.old else "")
            shown.append_text(self._format_part(DiffState.NEW, new))
        named = bool(_name_element(finding).name) and not shown.plain.startswith(" ")
        if shown and named:
            return Text(": ").append_text(shown)
        return shown

    def _format_part(self, part: DiffState, text: str, *, marked: bool = False) -> Text:
        begin, end = MARKS[part] if marked and not self._colour else ("", "")
        return Text(f"{begin}{text}{end}", style=_COLOURS[part])


def _format_rule(finding: Finding) -> str:
    return finding.rule + format_direction(finding.direction)


class _ElementName(NamedTuple):
    """A heading for an element, and a name below it."""

    heading: str
    name: str


def _name_element(finding: Finding) -> _ElementName:
    """Name the element of a finding.

    Fields stand under their type, types and operations under their group version, other findings
    under their file or id.
    """
    owner, name = split_prose_id(finding.id)
    if not finding.subject:
        return _ElementName(finding.path, finding.id)
    if match := _OPERATION.fullmatch(owner):
        operation = f"{match['method']} {match['rest'] or '/'}"
        return _ElementName(match["group"], f"{name} of {operation}" if name else operation)
    package = "" if "/" in owner else package_name(owner)
    if name:
        return _ElementName(readable_name(owner) if package else owner, name)
    if package:
        return _ElementName(package, owner.rpartition(".")[2])
    return _ElementName(owner, "")


def _grouping_key(finding: Finding) -> tuple[object, ...]:
    """Return a key that findings on one line share."""
    if (
        not finding.subject
        or finding.ids
        or are_descriptions(finding.old, finding.new)
        or finding.detail
    ):
        return (id(finding),)
    heading = _name_element(finding).heading
    return (
        heading,
        finding.rule,
        finding.direction,
        finding.meaning,
        finding.hint,
        _values(finding),
    )


class _ChangedValues(NamedTuple):
    """Both values of a finding as they are printed, empty for the element itself."""

    old: str
    new: str


def _values(finding: Finding) -> _ChangedValues:
    """Return both values as they are printed, and of a type that moved its new package."""
    heading, name = _name_element(finding)
    named_already = {finding.id, finding.subject, heading, name}
    old, new = (one_line(value or "") for value in (finding.old, finding.new))
    if finding.old == finding.subject and new.startswith(f"{name} ("):
        new = new[len(name) + 2 : -1]
    return _ChangedValues(
        old="" if old in named_already else old,
        new="" if new in named_already else new,
    )


def _format_names(findings: Sequence[Finding]) -> Text:
    names = [one_line(_name_element(finding).name) for finding in findings]
    shown = Text(", ").join(Text(name, style="bold") for name in names[:_NAMES] if name)
    if len(names) > _NAMES:
        shown.append(f" and {len(names) - _NAMES} more")
    return shown
