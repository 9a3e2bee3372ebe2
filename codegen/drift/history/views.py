"""A history as JSON, as greppable lines, or as a table with a column for each release."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence

import msgspec

from codegen.drift.history.lifetimes import Period
from codegen.drift.history.records import (
    DefinitionHistory,
    EntryHistory,
    FieldHistory,
    History,
    OperationHistory,
)
from codegen.findings.formats import one_line
from codegen.model import field_id

_ABSENT, _CHANGED = "-", "*"


def as_json(history: History) -> str:
    """Return the history as JSON of `schemas/history.schema.json`."""
    return msgspec.json.format(msgspec.json.encode(history), indent=1).decode() + "\n"


def schema() -> str:
    """Return the JSON Schema for `as_json`."""
    document = msgspec.json.schema(History)
    for definition in document["$defs"].values():
        # A docstring, which Python 3.13 keeps without its indentation.
        if "description" in definition:
            definition["description"] = inspect.cleandoc(definition["description"])
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:apiref-codegen:history",
        "title": "codegen history --format json",
    }
    return msgspec.json.format(msgspec.json.encode({**head, **document}), indent=2).decode() + "\n"


def rows(history: History, *, changed: bool = False) -> Iterator[tuple[str, EntryHistory]]:
    """Yield the history of each definition, field and operation, or of the changed ones, by id."""
    for key, definition in history.definitions.items():
        if not changed or _has_changed(history, definition):
            yield key, definition
        for path, field in definition.fields.items():
            if not changed or _has_changed(history, field, definition):
                yield field_id(key, path), field
    for name, operation in history.operations.items():
        if not changed or _has_changed(history, operation):
            yield name, operation


def _has_changed(history: History, entry: EntryHistory, owner: EntryHistory | None = None) -> bool:
    """Return whether the cells of an element differ.

    A field as old as its definition has no history of its own.
    """
    cells = list(_list_cells(history, entry))
    if owner:
        expected = [cell != _ABSENT for cell in _list_cells(history, owner)]
    else:
        expected = [True] * len(cells)
    present = [cell != _ABSENT for cell in cells]
    return present != expected or len({*cells} - {_ABSENT}) > 1 or entry.replaced_by is not None


def _format_values(entry: EntryHistory) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """Yield the properties with values, each value with its first release."""
    if isinstance(entry, FieldHistory | DefinitionHistory):
        yield "type", entry.type
    if isinstance(entry, FieldHistory):
        yield "values", [(release, "|".join(values) or "any") for release, values in entry.enum]
        yield "default", [(release, text or "none") for release, text in entry.default]
        yield "list", [(release, text or "none") for release, text in entry.list_type]


def as_text(history: History, *, changed: bool = False) -> str:
    """Format one line per definition, field and operation.

    An example is `KEY#path: since 1.32; required since 1.34; []string`.
    """
    lines = (
        one_line(f"{name}: {'; '.join(_list_facts(history, entry))}")
        for name, entry in rows(history, changed=changed)
    )
    return "".join(f"{line}\n" for line in lines)


def _list_facts(history: History, entry: EntryHistory) -> Iterator[str]:
    first = history.releases[0]
    before = entry.since == first or entry.perhaps_before
    yield (
        f"since {entry.since}"
        + " or before" * before
        + (f", until {entry.until}" if entry.until else "")
    )
    if entry.absent:
        yield f"not in {', '.join(map(_format_span, entry.absent))}"
    if entry.replaced_by:
        yield f"replaced by {entry.replaced_by}"
    if isinstance(entry, DefinitionHistory) and entry.kind:
        yield f"kind {entry.kind}"
    if isinstance(entry, OperationHistory):
        yield entry.verb
    if isinstance(entry, FieldHistory) and entry.required:
        is_always = entry.required == ((entry.since, entry.until),)
        yield (
            "required" if is_always else f"required {', '.join(map(_format_span, entry.required))}"
        )
    for word, (first_value, *later_values) in (
        (word, values) for word, values in _format_values(entry) if values
    ):
        yield f"{word} {first_value[1]}" + "".join(
            f", since {release} {text}" for release, text in later_values
        )
    for event in entry.changed:
        part = f" of {event.part}" if event.part else ""
        if event.old or event.new:
            values = f" ({event.old or 'none'} -> {event.new or 'none'})"
        else:
            values = ""
        yield f"{event.rule}{part} in {event.release}{values}"
    if entry.described:
        yield f"description changed in {', '.join(entry.described)}"


def _format_span(period: Period) -> str:
    first, last = period
    if last is None:
        return f"since {first}"
    if first == last:
        return f"in {first}"
    return f"{first} to {last}"


def as_table(history: History, *, changed: bool = False) -> str:
    """Return a table with a column for each release.

    Cells are `+` for present, `required` or `-` for absent, with `*` after a change.
    """
    table = [["", *map(one_line, history.releases)]]
    for name, entry in rows(history, changed=changed):
        table.append([one_line(name), *_list_cells(history, entry)])
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "".join(_format_row(row, widths) for row in table)


def _format_row(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
    return "  ".join(cells).rstrip() + "\n"


def _list_cells(history: History, entry: EntryHistory) -> Iterator[str]:
    order = {release: place for place, release in enumerate(history.releases)}

    def is_within(release: str, period: Period) -> bool:
        first, last = period
        return order[first] <= order[release] and (last is None or order[release] <= order[last])

    changed = {*entry.described, *(event.release for event in entry.changed)}
    for _, values in _format_values(entry):
        changed.update(release for release, _ in values[1:])
    for release in history.releases:
        if not is_within(release, (entry.since, entry.until)) or any(
            is_within(release, gap) for gap in entry.absent
        ):
            yield _ABSENT
            continue
        required = isinstance(entry, FieldHistory) and any(
            is_within(release, period) for period in entry.required
        )
        yield ("required" if required else "+") + (_CHANGED if release in changed else "")
