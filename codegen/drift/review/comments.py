"""Errors in the English comments of a page, as the English page shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from codegen.core.diagnostics import Finding
from codegen.model import Field, Parameter, Reference

_ABOUT_COMMENTS = ("required-lost", "required-invented", "type-unlike-english", "name-unlike-english")


def blame_comments(found: Iterable[Finding], page: Reference, english: Reference) -> list[Finding]:
    """Turn findings about a page into findings about its comment if the English page agrees with the page."""
    owners = _owners(page)
    return [
        _blame_comment(one, *owners[place], english)
        if one.rule in _ABOUT_COMMENTS and (place := (one.span.path, one.span.line)) in owners
        else one
        for one in found
    ]


def _blame_comment(found: Finding, key: str, field: Field | Parameter, english: Reference) -> Finding:
    original = _original(key, field, found, english)
    if original is None or not _agree(field, original, found):
        return found
    where = f" in line {found.counterpart.line}" if found.counterpart is not None else ""
    return replace(
        found,
        rule="comment-wrong",
        message=f"the page is as the English page, its comment is not: {found.message}",
        hint=f"correct the comment{where} as the English page has it; leave the translation as it is",
        correction=None,
    )


def _owners(page: Reference) -> Mapping[tuple[str, int], tuple[str, Field | Parameter]]:
    """Index fields and parameters by place, each with the id of its owner."""
    found: dict[tuple[str, int], tuple[str, Field | Parameter]] = {}
    for key, definition in page.definitions.items():
        found |= {(field.span.path, field.span.line): (key, field) for field in definition.fields}
    for id_, operation in page.operations.items():
        found |= {(each.span.path, each.span.line): (id_, each) for each in operation.parameters}
    return found


def _original(key: str, field: Field | Parameter, found: Finding, english: Reference) -> Field | Parameter | None:
    """Find the counterpart on the English page, by the written name and not that of the comment."""
    names: dict[str, Field | Parameter]
    if isinstance(field, Parameter):
        operation = english.operations.get(key)
        names = {other.name: other for other in operation.parameters if other.place == field.place} if operation else {}
    else:
        definition = english.definitions.get(key)
        names = {other.name: other for other in definition.fields} if definition else {}
    if found.rule != "name-unlike-english":
        return names.get(field.name)
    written = found.correction.written.rpartition(".")[2] if found.correction is not None else ""
    return names.get(written) if field.name not in names else None


def _agree(field: Field | Parameter, original: Field | Parameter, found: Finding) -> bool:
    if found.rule in ("required-lost", "required-invented"):
        return field.required == original.required
    if found.rule == "type-unlike-english":
        return found.counterpart is not None and field.type == original.type
    return True
