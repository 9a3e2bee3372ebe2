"""Brings a baseline up to date: findings not yet accepted become entries, entries that match nothing are removed.

Everything else stays byte for byte: the entries that still match, their order, the comments in and above them. A removed entry takes the comment
right above it with it. ruamel.yaml says where each entry is, and writes the new ones; a list in brackets, which has no line for each
entry, is first rewritten as one that has.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import opening
from codegen.core.opening import read_bytes
from codegen.core.source import Source, decode
from codegen.core.writing import write_one
from codegen.drift.check import acceptance, baseline
from codegen.findings.diagnostics import Diagnostic
from codegen.findings.finding import Finding, Results

if TYPE_CHECKING:
    from ruamel.yaml import YAML

_EMPTY = """\
# Findings that are accepted for a time, each with its reason and its last day.
accepted: []
"""
_INDENT = 2  # of the entries of a list that has none yet
_Entry = dict[str, str | date]


class Renewal(Struct, frozen=True, kw_only=True):
    """What new entries say: why, and until which date."""

    reason: str
    until: date


def applied(results: Results, file: Path, shown: str, today: date, renewal: Renewal | None = None) -> Results:
    """The results judged by a baseline, which a `renewal` first brings up to date, or creates.

    Findings about generated files get no entry, since `codegen generate` repairs them. Nor do those of an expired entry: a person decides whether
    they are accepted for longer. What readers left out gets one. Nothing is written where something else could not be compared. Raises `CodegenError` for a file that is
    missing, not a baseline, or cannot be written.
    """
    # What readers left out can be accepted; what is lacking otherwise may hide any change.
    lacking = [entry for entry in results.not_compared if not entry.warnings]
    if renewal is not None and lacking:
        note = f"{shown} was not brought up to date: not everything could be compared"
        results = replace(results, notes=(*results.notes, note))
        if not opening.exists(file):
            return results
    if renewal is None or lacking:
        return acceptance.judged(results, baseline.load(file, shown), shown, today)
    accepted = baseline.load(file, shown) if opening.exists(file) else ()
    entries_of, entries_of_warning = acceptance.covering(accepted), acceptance.covering_warnings(accepted)
    used = {entry for finding in results.findings for entry in entries_of(finding)}
    used.update(entry for warning in acceptance.warnings_of(results) for entry in entries_of_warning(warning))
    unused = [entry not in used for entry in accepted]
    generated = {finding.path for finding in results.findings if finding.rule.startswith("file-")}
    rest = (acceptance.left_of(finding, entries_of(finding)) for finding in results.findings)
    fresh = [finding for finding in rest if finding is not None and finding.path not in generated]
    left_out = [warning for entry in results.not_compared for warning in entry.warnings]
    unseen = [warning for warning in left_out if not entries_of_warning(warning)]
    entries = (*_entries(fresh, renewal), *_of_warnings(unseen, renewal))
    old = decode(read_bytes(file), shown) if opening.exists(file) else ""
    text = Source(old or _EMPTY, shown).text
    if entries or any(unused):
        text = _edited(text, unused, entries)
        accepted = baseline.parse(Source(text, shown))
    if entries or any(unused) or not old:
        write_one(file, text.replace("\n", "\r\n") if "\r\n" in old else text, shown)
    summary = (*results.summary, f"{shown}: {len(entries)} added, {sum(unused)} removed")
    return acceptance.judged(replace(results, summary=summary), accepted, shown, today)


def _entries(findings: Iterable[Finding], renewal: Renewal) -> Iterator[_Entry]:
    """One entry for each thing, with a direction where only one of the two is found."""
    directions: dict[tuple[str, str, str], set[str]] = {}
    for finding in findings:
        directions.setdefault((finding.rule, finding.id, finding.locale), set()).add(finding.direction)
    for (rule, name, locale), concerned in directions.items():
        entry: _Entry = {"rule": rule, "id": name}
        if concerned in ({"request"}, {"response"}):
            entry["direction"] = concerned.pop()
        if locale:
            entry["locale"] = locale
        yield {**entry, "reason": renewal.reason, "until": renewal.until}


def _of_warnings(warnings: Iterable[Diagnostic], renewal: Renewal) -> Iterator[_Entry]:
    """One entry for each thing that a reader left out."""
    for rule, name in dict.fromkeys((warning.rule, warning.id) for warning in warnings):
        yield {"rule": rule, "id": name, "reason": renewal.reason, "until": renewal.until}


def _edited(text: str, unused: Sequence[bool], entries: Sequence[_Entry]) -> str:
    """The text without the unused entries, and with new ones after the last."""
    text, key, starts = _in_lines(text)
    lines = text.splitlines(keepends=True)  # where YAML ends them too
    if not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    indent = _indent(lines[starts[0]]) if starts else _INDENT
    ends = [_end(lines, start, after, indent) for start, after in zip(starts, [*starts, len(lines)][1:], strict=True)]
    kept: list[str] = []
    done = 0
    for start, end, goes in zip(starts, ends, unused, strict=True):
        if not goes:
            continue
        while _is_comment(lines[start - 1], indent) and start - 1 > key:
            start -= 1
        kept += lines[done:start]
        done = end
        while done < len(lines) and not lines[done].strip() and (not kept[-1].strip() or len(kept) - 1 == key):
            done += 1  # one blank line is left of the two around it, and none after the key
    last = max(ends[-1], done) if ends else key + 1
    kept += [*lines[done:last], *_written(entries, indent)]
    if not entries and all(unused):
        kept[key] = re.sub(r"""(accepted["']?\s*:)""", r"\1 []", kept[key], count=1)
    while not lines[last:] and not kept[-1].strip():
        kept.pop()
    return "".join([*kept, *lines[last:]])


def _in_lines(text: str) -> tuple[str, int, list[int]]:
    """The text with each entry on lines of its own, the line of the key `accepted`, and those where entries begin; all from 0."""
    yaml = _yaml(_INDENT)
    data = yaml.load(text)
    accepted = data["accepted"]
    if accepted and not accepted.fa.flow_style():
        lines = text.splitlines()
        starts = [accepted.lc.item(number)[0] for number in range(len(accepted))]
        return text, data.lc.key("accepted")[0], [_dash(lines, start) for start in starts]
    data.fa.set_block_style()
    if accepted:
        accepted.fa.set_block_style()
    else:
        data["accepted"] = None  # which is written as the key alone
    stream = io.StringIO()
    yaml.dump(data, stream)
    text = stream.getvalue()
    return _in_lines(text) if accepted else (text, yaml.load(text).lc.key("accepted")[0], [])


def _dash(lines: Sequence[str], start: int) -> int:
    """The line with the dash of an entry, whose first key may be on a line below."""
    while not lines[start].lstrip().startswith("-"):
        start -= 1
    return start


def _end(lines: Sequence[str], start: int, after: int, indent: int) -> int:
    """The line after an entry: what follows up to the next is blank, or a comment that is not indented like the entry."""
    while after - 1 > start and (_is_comment(lines[after - 1], indent) or lines[after - 1].strip() in {"", "..."}):
        after -= 1
    return after


def _is_comment(line: str, indent: int) -> bool:
    return line.lstrip(" ").startswith("#") and _indent(line) <= indent


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _written(entries: Sequence[_Entry], indent: int) -> list[str]:
    stream = io.StringIO()
    for entry in entries:  # one by one: a shared date would become an alias
        _yaml(indent).dump([entry], stream)
    return stream.getvalue().splitlines(keepends=True)


def _yaml(indent: int) -> YAML:
    from ruamel.yaml import YAML  # which takes 20 ms

    yaml = YAML()
    yaml.indent(sequence=indent + 2, offset=indent)
    yaml.preserve_quotes = True
    yaml.width = 1_000_000  # no line is broken
    return yaml
