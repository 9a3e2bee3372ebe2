"""Renewal of a baseline: new findings become entries, and unused entries are removed.

Only the lines of these entries change: all others keep their order, quotes and comments.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct
from msgspec.structs import replace

from codegen.core import opening
from codegen.core.diagnostics import Finding
from codegen.core.opening import read_bytes
from codegen.core.source import Source, decode
from codegen.core.writing import write_one
from codegen.drift.baseline import acceptance
from codegen.drift.baseline.entries import AcceptedFinding, load_baseline, parse_baseline
from codegen.findings.finding import Results
from codegen.findings.rules.catalogue import FILE_RULES

_EMPTY = """\
# Findings that are accepted for a time, each with its reason and its last day.
accepted: []
"""
_INDENT = 2  # of the entries of a list that has none yet
_Entry = dict[str, str]


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
    exists = opening.exists(file)
    if renewal is not None and all(entry.warnings for entry in results.not_compared):
        accepted, counts = _renew(results, file, shown, renewal)
        results = replace(results, summary=(*results.summary, counts))
    elif renewal is not None:
        note = f"{shown} was not brought up to date: not everything could be compared"
        results = replace(results, notes=(*results.notes, note))
        if not exists:
            return results
        accepted = load_baseline(file, shown)
    else:
        accepted = load_baseline(file, shown)
    return acceptance.apply_entries(results, accepted, shown, today)


def _renew(results: Results, file: Path, shown: str, renewal: Renewal) -> tuple[tuple[AcceptedFinding, ...], str]:
    """Write the file if anything changes; return its entries and the counts of changes."""
    accepted = load_baseline(file, shown) if opening.exists(file) else ()
    matching_entries = acceptance.find_entries(accepted)
    found: list[Finding] = [*results.findings, *acceptance.collect_warnings(results)]
    used = {entry for each in found for entry in matching_entries(each)}
    unused = [entry not in used for entry in accepted]
    generated = {finding.path for finding in results.findings if finding.rule in FILE_RULES}
    rest = (acceptance.unaccepted_part(finding, matching_entries(finding)) for finding in results.findings)
    fresh = [finding for finding in rest if finding is not None and finding.path not in generated]
    left_out = [warning for entry in results.not_compared for warning in entry.warnings]
    unseen = [warning for warning in left_out if not matching_entries(warning)]
    entries = [*_new_entries(fresh), *_warning_entries(unseen)]
    old = decode(read_bytes(file), shown) if opening.exists(file) else ""
    text = Source(old or _EMPTY, shown).text
    if entries or any(unused):
        text = _edit(text, unused, entries, renewal)
        accepted = parse_baseline(Source(text, shown))
    if entries or any(unused) or not old:
        write_one(file, text.replace("\n", "\r\n") if "\r\n" in old else text, shown)
    return accepted, f"{shown}: {len(entries)} added, {sum(unused)} removed"


def _new_entries(findings: Iterable[Finding]) -> Iterator[_Entry]:
    """Yield one entry for each changed thing; a single direction is part of it."""
    directions: dict[tuple[str, str, str], set[str]] = {}
    for finding in findings:
        directions.setdefault((finding.rule, finding.id, finding.locale), set()).add(finding.direction)
    for (rule, name, locale), concerned in directions.items():
        direction = concerned.pop() if concerned in ({"request"}, {"response"}) else ""
        entry = {"rule": rule, "id": name, "direction": direction, "locale": locale}
        yield {key: value for key, value in entry.items() if value}


def _warning_entries(warnings: Iterable[Finding]) -> Iterator[_Entry]:
    """Yield one entry for each part that a reader left out."""
    for rule, name in dict.fromkeys((warning.rule, warning.identity) for warning in warnings):
        yield {"rule": rule, "id": name}


def _edit(text: str, unused: Sequence[bool], entries: Iterable[_Entry], renewal: Renewal) -> str:
    """Remove unused entries with the comments right above them, and append new entries."""
    text = text if text.endswith("\n") else f"{text}\n"
    root: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    ((key, listed),) = root.value
    head = ("" if root.flow_style else text[: key.start_mark.index]) + text[key.start_mark.index : key.end_mark.index]
    if listed.flow_style:  # from now on each entry has lines of its own
        indent, end = _INDENT, len(text) - 1 if root.flow_style else listed.end_mark.index
        blocks = [f"{' ' * indent}- {text[each.start_mark.index : each.end_mark.index]}\n" for each in listed.value]
        comment, _, below = text[end:].partition("\n")
    else:
        indent = listed.start_mark.column
        comment, _, below = text[key.end_mark.index :].removeprefix(":").partition("\n")
        blocks, end = [], len(text) - len(below)
        for each in listed.value:
            start, end = end, _end_of_line(text, each)
            blocks.append(text[start:end])
        below = text[end:]
    kept = [_comments_above(block) if is_unused else block for block, is_unused in zip(blocks, unused, strict=True)]
    added = [_format_entry(entry, renewal, indent) for entry in entries]
    empty = "" if added or not all(unused) else " []"
    return f"{head}:{empty}{comment}\n{''.join(kept)}{''.join(added)}{below}"


def _end_of_line(text: str, entry: yaml.MappingNode) -> int:
    """Return the end of the last line of an entry, without blank lines and comments below it."""
    last = entry if entry.flow_style else entry.value[-1][1]
    return text.index("\n", len(text[: last.end_mark.index].rstrip())) + 1


def _comments_above(block: str) -> str:
    """Return the lines above an entry, except the comments right above it."""
    above = re.split(r"^ *-", block, maxsplit=1, flags=re.MULTILINE)[0]
    return re.sub(r"(?:^\n)*(?:^ *#.*\n)*\Z", "", above, flags=re.MULTILINE)


def _format_entry(entry: _Entry, renewal: Renewal, indent: int) -> str:
    whole = {**entry, "reason": renewal.reason, "until": renewal.until}
    text = yaml.safe_dump([whole], sort_keys=False, allow_unicode=True, width=sys.maxsize)
    return textwrap.indent(text, " " * indent)
