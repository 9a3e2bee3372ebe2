"""Renewal of a baseline: new findings become entries, and unused entries are removed.

The text of the file is edited, so that everything else in it stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from textwrap import indent

import yaml
from msgspec.structs import replace

from codegen.core import opening
from codegen.core.diagnostics import CodegenError, Finding, Span, failure
from codegen.core.opening import read_bytes
from codegen.core.source import Source, decode
from codegen.core.writing import write_one
from codegen.drift.baseline import Renewal
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
_KEY = re.compile(r"""^(["']?accepted["']?:)(?: \[\s*\])?(.*\n)""", re.MULTILINE)
_WIDTH = 1_000_000  # no line is broken
_DASH = re.compile(r"^( *)-", re.MULTILINE)


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
    entries = list(_build_entries(fresh, renewal))
    if entries or any(unused):
        text = _edit_text(text, unused, entries)
        accepted = _parse_edited(text, shown, unused.count(False) + len(entries))
    if entries or any(unused) or not old:
        write_one(file, text.replace("\n", "\r\n") if "\r\n" in old else text, shown)
    reason = ""
    if generated and not entries:
        reason = "; generated files get no entry, since `codegen generate` repairs them"
    elif not entries:
        reason = "; each finding has an entry already" if used else "; nothing was found"
    return accepted, f"{shown}: {len(entries)} added, {sum(unused)} removed{reason}"


def _parse_edited(text: str, shown: str, count: int) -> tuple[AcceptedFinding, ...]:
    """Parse a baseline before writing it. The editing of a list in brackets fails here."""
    try:
        accepted = parse_baseline(Source(text, shown))
    except CodegenError:
        accepted = ()
    if len(accepted) != count:
        raise failure(
            "baseline-invalid",
            "the file was not updated: the beginning of an entry was not found",
            Span(path=shown),
            "write the list without brackets, and each entry behind a dash",
        )
    return accepted


def _build_entries(findings: Iterable[Finding], renewal: Renewal) -> Iterator[dict[str, str | date]]:
    """Yield one entry for each value of a changed element; a single direction is part of it."""
    directions: dict[tuple[tuple[str, str], ...], set[str]] = {}
    for finding in findings:
        parts = (("rule", finding.rule), ("id", finding.identity), ("locale", finding.locale))
        directions.setdefault((*parts, ("value", accepted_value(finding) or "")), set()).add(finding.direction)
    for identity, concerned in directions.items():
        direction = concerned.pop() if concerned in ({"request"}, {"response"}) else ""
        texts = {**dict(identity), "direction": direction, "reason": renewal.reason}
        yield {**{key: text for key, text in texts.items() if text}, "until": renewal.until}


def _edit_text(text: str, unused: Sequence[bool], entries: Sequence[dict[str, str | date]]) -> str:
    """Remove unused entries with the comments right above them, and append new entries."""
    text = text.removesuffix("\n") + "\n"
    key, dash = _KEY.search(text), _DASH.search(text)
    margin, end = dash[1] if dash else "  ", key.end() if key else 0
    kept = [text[:end]]
    for found, is_unused in zip(_entry_pattern(len(margin)).finditer(text, end), unused, strict=False):
        kept += [text[end : found.start()], "" if is_unused else found[0]]
        end = found.end()
    # A date that several entries share would become an alias in one dump.
    dumps = (yaml.safe_dump([each], sort_keys=False, allow_unicode=True, width=_WIDTH) for each in entries)
    added = [indent(each, margin) for each in dumps]
    brackets = "" if added or not all(unused) else " []"
    return _KEY.sub(rf"\g<1>{brackets}\g<2>", "".join((*kept, *added, text[end:])), count=1)


def _entry_pattern(indent: int) -> re.Pattern[str]:
    """Return the pattern of an entry, with the blank lines and comments right above it."""
    above = rf"\n*(?: {{0,{indent}}}#.*\n)*"
    line = rf"(?: {{{indent + 2}}}[^\s#]| {{{indent + 4},}}\S).*\n"  # the next key, or a text over several lines
    return re.compile(rf"^{above} {{{indent}}}-(?: .*)?\n(?:(?: *(?:#.*)?\n)*{line})*", re.MULTILINE)
