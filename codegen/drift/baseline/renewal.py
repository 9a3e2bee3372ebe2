"""Renewal of a baseline: new findings become entries, and unused entries are removed. All other lines of the file stay."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from textwrap import indent

import yaml
from msgspec import Struct
from msgspec.structs import replace

from codegen.core import opening
from codegen.core.diagnostics import Finding, Span, failure
from codegen.core.opening import read_bytes
from codegen.core.source import Source, decode
from codegen.core.writing import write_one
from codegen.drift.baseline.entries import (
    AcceptedFinding,
    accepted_value,
    apply_entries,
    collect_warnings,
    find_entries,
    load_baseline,
    parse_baseline,
    unaccepted_part,
)
from codegen.findings.finding import Results
from codegen.findings.rules.catalogue import FILE_RULES

_EMPTY = """\
# Findings that are accepted for a time, each with its reason and its last day.
accepted: []
"""
_INDENT = 2  # of the entries of a list that has none yet
_KEY = re.compile(r"""^(["']?accepted["']?:)(?: *\[\s*\])?""", re.MULTILINE)


class Renewal(Struct, frozen=True, kw_only=True):
    """The reason and the last day of new entries."""

    reason: str
    until: date


def apply_baseline(results: Results, file: Path, shown: str, today: date, renewal: Renewal | None = None) -> Results:
    """Apply a baseline to results, after a `renewal` if there is one.

    Findings about generated files get no entry, since `codegen generate` repairs them. Findings of an expired entry get none either: a
    person decides whether to accept them for longer. Warnings about parts that readers left out get one. Nothing is written if anything
    else could not be compared, since that may hide any change. Raises `CodegenError` for a file that is missing, not a baseline, or
    cannot be written.
    """
    if renewal is not None and all(entry.warnings for entry in results.not_compared):
        accepted, counts = _renew(results, file, shown, renewal)
        results = replace(results, summary=(*results.summary, counts))
    else:
        if renewal is not None:
            note = f"{shown} was not updated: not everything could be compared"
            results = replace(results, notes=(*results.notes, note))
            if not opening.exists(file):
                return results
        accepted = load_baseline(file, shown)
    return apply_entries(results, accepted, shown, today)


def _renew(results: Results, file: Path, shown: str, renewal: Renewal) -> tuple[tuple[AcceptedFinding, ...], str]:
    """Write the file if anything changes; return its entries and the counts of changes."""
    old = decode(read_bytes(file), shown) if opening.exists(file) else ""
    text = Source(old or _EMPTY, shown).text
    accepted = parse_baseline(Source(text, shown))
    matching_entries = find_entries(accepted)
    used = {entry for found in (*results.findings, *collect_warnings(results)) for entry in matching_entries(found)}
    unused = [entry not in used for entry in accepted]
    generated = {finding.path for finding in results.findings if finding.rule in FILE_RULES}
    rest = (unaccepted_part(finding, matching_entries(finding)) for finding in results.findings)
    fresh = [finding for finding in rest if finding is not None and finding.path not in generated]
    left_out = (warning for entry in results.not_compared for warning in entry.warnings)
    fresh += (warning for warning in left_out if not matching_entries(warning))
    entries = list(_entries(fresh, renewal))
    if entries or any(unused):
        text = _edit(Source(text, shown), accepted, unused, entries)
        accepted = parse_baseline(Source(text, shown))
    if entries or any(unused) or not old:
        write_one(file, text.replace("\n", "\r\n") if "\r\n" in old else text, shown)
    reason = "" if entries else f"; {_explain_no_entry(bool(generated), bool(used))}"
    return accepted, f"{shown}: {len(entries)} added, {sum(unused)} removed{reason}"


def _explain_no_entry(has_files: bool, has_entries: bool) -> str:
    """Return the reason for which a renewal adds no entry."""
    if has_files:
        return "generated files get no entry, since `codegen generate` repairs them"
    return "each finding has an entry already" if has_entries else "nothing was found"


def _entries(findings: Iterable[Finding], renewal: Renewal) -> Iterator[str]:
    """Yield one entry for each value of a changed thing; a single direction is part of it."""
    directions: dict[tuple[tuple[str, str], ...], set[str]] = {}
    for finding in findings:
        parts = (("rule", finding.rule), ("id", finding.identity), ("locale", finding.locale))
        directions.setdefault((*parts, ("value", accepted_value(finding) or "")), set()).add(finding.direction)
    for concerned_parts, concerned in directions.items():
        direction = concerned.pop() if concerned in ({"request"}, {"response"}) else ""
        texts = {**dict(concerned_parts), "direction": direction, "reason": renewal.reason}
        entry = {key: text for key, text in texts.items() if text}
        yield yaml.safe_dump(
            [{**entry, "until": renewal.until}], allow_unicode=True, sort_keys=False, width=sys.maxsize
        )


def _edit(source: Source, accepted: Sequence[AcceptedFinding], unused: Sequence[bool], entries: Sequence[str]) -> str:
    """Remove unused entries with the comments right above them, and append new entries.

    Raises `CodegenError` for entries in brackets, which have no lines of their own.
    """
    text = source.text.removesuffix("\n")
    lines = [f"{line}\n" for line in _KEY.sub(r"\1", text).split("\n")]
    blocks = [_entry_lines(lines, entry.span.line - 1) for entry in accepted]
    key = next((number for number, line in enumerate(lines) if _KEY.match(line)), None)
    if key is None or not all(blocks):
        message = "the file was not updated: its entries are in brackets"
        raise failure(
            "baseline-invalid", message, Span(path=source.path), "write each entry on lines that begin with `- `"
        )
    if not entries and all(unused):
        lines[key] = _KEY.sub(r"\1 []", lines[key])
    removed = {number for block, is_unused in zip(blocks, unused, strict=True) if is_unused for number in block}
    end, margin = (blocks[-1].stop, accepted[-1].span.column - 3) if blocks else (key + 1, _INDENT)
    kept = ["" if number in removed else line for number, line in enumerate(lines)]
    return "".join((*kept[:end], *(indent(entry, " " * margin) for entry in entries), *kept[end:]))


def _entry_lines(lines: Sequence[str], at: int) -> range:
    """Return the lines of an entry, with the blank lines and comments right above it. Without a dash there are none."""
    dash = next((number for number in range(at, -1, -1) if re.match(r" *-\s", lines[number])), None)
    if dash is None:
        return range(0)
    width = lines[dash].index("-")
    start, stop = dash, dash + 1
    while start and re.match(rf" {{0,{width}}}#", lines[start - 1]):
        start -= 1
    while start and not lines[start - 1].strip():
        start -= 1
    for number in range(dash + 1, len(lines)):
        if re.match(rf" {{0,{width}}}[^\s#]", lines[number]):
            break
        if not re.match(rf" {{0,{width + 2}}}#|\s*$", lines[number]):
            stop = number + 1
    return range(start, stop)
