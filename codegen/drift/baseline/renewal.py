"""Renewal of a baseline: new findings become entries, and unused entries are removed.

ruamel.yaml reads and writes the file, so that the other entries keep their order, quotes and
comments.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace
from ruamel.yaml import YAML

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
    find_entries,
    list_omissions,
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
_KEY = re.compile(r"""^(["']?accepted["']?:)(?: \[\])?(.*\n)""", re.MULTILINE)
_Entry = dict[str, str | date]


def apply_baseline(
    results: Results,
    file: Path,
    display_path: str,
    today: date,
    renewal: Renewal | None,
    name: str = "",
) -> Results:
    """Apply a baseline to results, after a `renewal` if there is one.

    Totals call it by its name, findings by `display_path`.

    Findings about generated files get no entry, since `codegen generate` repairs them. Findings of
    an expired entry get none either: a person decides whether to accept them for longer. Warnings
    about parts that readers left out get one. Nothing is written if anything else could not be
    compared, since that may hide any change. Raises `CodegenError` for a file that is missing, not
    a baseline, or cannot be written.
    """
    if renewal is not None and all(entry.warnings for entry in results.not_compared):
        accepted, counts = _renew(results, file, display_path, renewal)
        results = replace(results, summary=(*results.summary, f"{name or display_path}: {counts}"))
    else:
        if renewal is not None:
            note = f"{name or display_path} was not updated: not everything could be compared"
            results = replace(results, notes=(*results.notes, note))
            if not opening.exists(file):
                return results
        accepted = load_baseline(file, display_path)
    return apply_entries(results, accepted, name or display_path, today)


class _RenewedBaseline(NamedTuple):
    """The entries of a baseline, and the counts of its changes in words."""

    entries: tuple[AcceptedFinding, ...]
    counts: str


def _renew(results: Results, file: Path, display_path: str, renewal: Renewal) -> _RenewedBaseline:
    """Write the file if anything changes."""
    if opening.exists(file):
        old = decode(read_bytes(file), display_path)
    else:
        old = ""
    text = Source(old or _EMPTY, display_path).text
    accepted = parse_baseline(Source(text, display_path))
    matching_entries = find_entries(accepted)
    used: set[AcceptedFinding] = set()
    for finding in (*results.findings, *list_omissions(results)):
        used.update(matching_entries(finding))
    unused = [entry not in used for entry in accepted]
    generated = {finding.path for finding in results.findings if finding.rule in FILE_RULES}
    unaccepted = (
        unaccepted_part(finding, matching_entries(finding)) for finding in results.findings
    )
    fresh = [
        finding for finding in unaccepted if finding is not None and finding.path not in generated
    ]
    fresh += (warning for warning in list_omissions(results) if not matching_entries(warning))
    entries = list(_build_entries(fresh, renewal))
    if entries or any(unused):
        text = _edit_text(text, unused, entries)
        accepted = _parse_edited(text, display_path)
    if entries or any(unused) or not old:
        write_one(file, text.replace("\n", "\r\n") if "\r\n" in old else text, display_path)
    reason = ""
    if not entries and generated:
        reason = "; generated files get no entry, since `codegen generate` repairs them"
    elif not entries:
        if used:
            reason = "; each finding has an entry already"
        else:
            reason = "; nothing was found"
    counts = f"{len(entries)} added, {sum(unused)} removed{reason}"
    return _RenewedBaseline(entries=accepted, counts=counts)


def _parse_edited(text: str, display_path: str) -> tuple[AcceptedFinding, ...]:
    """Parse a baseline before writing it.

    ruamel.yaml misplaces comments between the dash and the first key of an entry.
    """
    try:
        return parse_baseline(Source(text, display_path))
    except CodegenError:
        raise failure(
            "baseline-invalid",
            "the file was not updated: a comment in it cannot stay where it is",
            Span(path=display_path),
            "put comments above the dash of an entry, or behind its values",
        ) from None


def _build_entries(findings: Iterable[Finding], renewal: Renewal) -> Iterator[_Entry]:
    """Yield one entry for each value of a changed element; a single direction is part of it."""
    directions: dict[tuple[tuple[str, str], ...], set[str]] = {}
    for finding in findings:
        parts = (("rule", finding.rule), ("id", finding.identity), ("locale", finding.locale))
        directions.setdefault((*parts, ("value", accepted_value(finding) or "")), set()).add(
            finding.direction
        )
    for concerned_parts, concerned in directions.items():
        if concerned in ({"request"}, {"response"}):
            direction = concerned.pop()
        else:
            direction = ""
        texts = {**dict(concerned_parts), "direction": direction, "reason": renewal.reason}
        yield {**{key: text for key, text in texts.items() if text}, "until": renewal.until}


def _edit_text(text: str, unused: Sequence[bool], entries: Iterable[_Entry]) -> str:
    """Remove unused entries with the comments right above them, and append new entries."""
    data = _create_yaml(_INDENT).load(text)
    accepted = data["accepted"]
    if not accepted or accepted.fa.flow_style():
        indent = _INDENT
    else:
        indent = accepted.lc.col
    for part in filter(None, (data, accepted)):
        part.fa.set_block_style()
    yaml = _create_yaml(indent)
    yaml.explicit_start = text.startswith("---")
    stream = io.StringIO()
    yaml.dump(data, stream)
    text = stream.getvalue()
    kept, end = [], 0
    for match, is_unused in zip(_entry_pattern(indent).finditer(text), unused, strict=True):
        kept += [text[end : match.start()], "" if is_unused else match[0]]
        end = match.end()
    if not end and (key := _KEY.search(text)) is not None:
        kept, end = [text[: key.end()]], key.end()
    added = [_format_entry(entry, indent) for entry in entries]
    has_entries = bool(added) or not all(unused)
    text = "".join([*kept, *added, text[end:]])
    return _KEY.sub(lambda key: f"{key[1]}{'' if has_entries else ' []'}{key[2]}", text, count=1)


def _entry_pattern(indent: int) -> re.Pattern[str]:
    """Return the pattern of an entry, with the blank lines and comments right above it."""
    above = rf"\n*(?: {{0,{indent}}}#.*\n)*"
    # the next key, or a text over several lines
    line = rf"(?: {{{indent + 2}}}[^\s#]| {{{indent + 4},}}\S).*\n"
    return re.compile(
        rf"^{above} {{{indent}}}-(?: .*)?\n(?:(?: *(?:#.*)?\n)*{line})*", re.MULTILINE
    )


def _format_entry(entry: _Entry, indent: int) -> str:
    stream = io.StringIO()
    # By itself: a date that several share would become an alias.
    _create_yaml(indent).dump([entry], stream)
    return stream.getvalue()


def _create_yaml(indent: int) -> YAML:
    yaml = YAML()
    yaml.indent(sequence=indent + 2, offset=indent)
    yaml.preserve_quotes = True
    yaml.width = 1_000_000  # no line is broken
    return yaml
