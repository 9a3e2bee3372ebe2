"""A history as text: a line for each definition, field and operation that one can grep, or a table with a column for each release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from codegen.drift.history.lifetimes import Period
from codegen.drift.history.records import DefinitionHistory, FieldHistory, History, OperationHistory, Told
from codegen.findings.formats import one_line

_GONE, _HERE, _REQUIRED, _CHANGED = "-", "+", "required", "*"


def as_json(history: History) -> str:
    """The history as `schemas/history.schema.json` describes it."""
    return msgspec.json.format(msgspec.json.encode(history), indent=1).decode() + "\n"


def schema() -> str:
    """The JSON Schema of `as_json`, `schemas/history.schema.json`."""
    import inspect  # what writes the schema needs it, and no run of the command

    found = msgspec.json.schema(History)
    for definition in found["$defs"].values():
        if "description" in definition:  # a docstring, which Python 3.13 keeps without its indentation
            definition["description"] = inspect.cleandoc(definition["description"])
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:apiref-codegen:history",
        "title": "codegen history --format json",
    }
    return msgspec.json.format(msgspec.json.encode({**head, **found}), indent=2).decode() + "\n"


def rows(history: History, *, changed: bool = False) -> Iterator[tuple[str, Told]]:
    """Each thing by its name: the definition, its fields as `KEY#path`, the operations. `changed`: those that are not as they always were."""
    for key, definition in history.definitions.items():
        if not changed or _has_changed(history, definition):
            yield key, definition
        for path, field in definition.fields.items():
            # What came and went with its definition has no history of its own.
            if not changed or _has_changed(history, field, definition):
                yield f"{key}#{path}", field
    for name, operation in history.operations.items():
        if not changed or _has_changed(history, operation):
            yield name, operation


def _has_changed(history: History, told: Told, above: Told | None = None) -> bool:
    start = above.since if above else history.releases[0]
    end = above.until if above else None
    lived = (told.since, told.until) != (start, end) or bool(
        told.absent and (above is None or told.absent != above.absent)
    )
    return (
        lived or bool(told.described or told.changed or told.replaced_by) or len(_types(told)) > 1 or _field_has(told)
    )


def _field_has(told: Told) -> bool:
    if not isinstance(told, FieldHistory):
        return False
    marks = [period for period in told.required if period != (told.since, told.until)]
    return bool(marks) or any(len(each) > 1 for each in (told.enum, told.default, told.list_type))


def _types(told: Told) -> tuple[tuple[str, str], ...]:
    return told.type if isinstance(told, FieldHistory | DefinitionHistory) else ()


# ------------------------------------------------------------------------------------------------------------- text


def as_text(history: History, *, changed: bool = False) -> str:
    """A line for each thing: `KEY#path: since 1.32; required since 1.34; []string`."""
    lines = (one_line(f"{name}: {'; '.join(_facts(history, told))}") for name, told in rows(history, changed=changed))
    return "".join(f"{line}\n" for line in lines)


def _facts(history: History, told: Told) -> Iterator[str]:
    first = history.releases[0]
    before = told.since == first or told.perhaps_before
    yield f"since {told.since}" + " or before" * before + (f", until {told.until}" if told.until else "")
    if told.absent:
        yield f"not in {', '.join(map(_span, told.absent))}"
    if told.replaced_by:
        yield f"replaced by {told.replaced_by}"
    if isinstance(told, DefinitionHistory) and told.kind:
        yield f"kind {told.kind}"
    if isinstance(told, OperationHistory):
        yield told.verb
    if isinstance(told, FieldHistory) and told.required:
        whole = told.required == ((told.since, told.until),)
        yield "required" if whole else f"required {', '.join(map(_span, told.required))}"
    if types := _types(told):
        yield _steps("type", types)
    if isinstance(told, FieldHistory):
        yield from _values(told)
    for event in told.changed:
        part = f" of {event.part}" if event.part else ""
        values = f" ({event.old or 'none'} -> {event.new or 'none'})" if event.old or event.new else ""
        yield f"{event.rule}{part} in {event.release}{values}"
    if told.described:
        yield f"description changed in {', '.join(told.described)}"


def _values(told: FieldHistory) -> Iterator[str]:
    if told.enum:
        yield _steps("values", [(release, "|".join(values) or "any") for release, values in told.enum])
    for word, steps in (("default", told.default), ("list", told.list_type)):
        if steps:
            yield _steps(word, [(release, text or "none") for release, text in steps])


def _span(period: Period) -> str:
    first, last = period
    if last is None:
        return f"since {first}"
    return f"in {first}" if first == last else f"{first} to {last}"


def _steps(word: str, steps: Sequence[tuple[str, str]]) -> str:
    head, *rest = steps
    return f"{word} {head[1]}" + "".join(f", since {release} {text}" for release, text in rest)


# ------------------------------------------------------------------------------------------------------------ table


def as_table(history: History, *, changed: bool = False) -> str:
    """A column for each release: `+` it is there, `required`, `-` it is not; `*` behind it where it changed in that release."""
    head = ["", *map(one_line, history.releases)]
    found = [head, *([one_line(name), *_cells(history, told)] for name, told in rows(history, changed=changed))]
    widths = [max(len(row[column]) for row in found) for column in range(len(head))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in found)
    return "".join(f"{line}\n" for line in lines)


def _cells(history: History, told: Told) -> Iterator[str]:
    order = {release: place for place, release in enumerate(history.releases)}

    def within(release: str, period: Period) -> bool:
        first, last = period
        return order[first] <= order[release] and (last is None or order[release] <= order[last])

    steps: list[tuple[str, object]] = [*_types(told)[1:]]
    if isinstance(told, FieldHistory):
        steps += [*told.enum[1:], *told.default[1:], *told.list_type[1:]]
    changed = {*told.described, *(event.release for event in told.changed), *(release for release, _ in steps)}
    for release in history.releases:
        if not within(release, (told.since, told.until)) or any(within(release, gap) for gap in told.absent):
            yield _GONE
            continue
        required = isinstance(told, FieldHistory) and any(within(release, period) for period in told.required)
        yield (_REQUIRED if required else _HERE) + (_CHANGED if release in changed else "")
