"""Of a page and the English in its comments, which is wrong: the English page decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from codegen.findings.diagnostics import Diagnostic
from codegen.model import Field, Reference

_ABOUT_COMMENTS = ("required-lost", "required-invented", "type-unlike-english", "name-unlike-english")


def comments_at_fault(found: Iterable[Diagnostic], page: Reference, english: Reference) -> list[Diagnostic]:
    """Findings against the English of comments, as they are; where the English page agrees with the page, about the comment."""
    fields = _fields(page)
    return [
        _judged(one, *fields[place], english)
        if one.rule in _ABOUT_COMMENTS and (place := (one.span.path, one.span.line)) in fields
        else one
        for one in found
    ]


def _judged(found: Diagnostic, key: str, field: Field, english: Reference) -> Diagnostic:
    original = _original(key, field, found, english)
    if original is None or not _agree(field, original, found):
        return found
    where = f" in line {found.beside.line}" if found.beside is not None else ""
    return replace(
        found,
        rule="comment-wrong",
        message=f"the comment is wrong, and the page is right: {found.message}, but not on the English page",
        hint=f"correct the comment{where} as the English page has it; leave the translation as it is",
        correction=None,
    )


def _fields(page: Reference) -> Mapping[tuple[str, int], tuple[str, Field]]:
    return {
        (field.span.path, field.span.line): (key, field)
        for key, definition in page.definitions.items()
        for field in definition.fields
    }


def _original(key: str, field: Field, found: Diagnostic, english: Reference) -> Field | None:
    """The field of the English page that a field of the page is; by the name that it is written with, not that of the comment."""
    definition = english.definitions.get(key)
    if definition is None:
        return None
    names = {other.name: other for other in definition.fields}
    if found.rule != "name-unlike-english":
        return names.get(field.name)
    written = found.correction.written.rpartition(".")[2] if found.correction is not None else ""
    return names.get(written) if field.name not in names else None


def _agree(field: Field, original: Field, found: Diagnostic) -> bool:
    if found.rule in ("required-lost", "required-invented"):
        return field.required == original.required
    if found.rule == "type-unlike-english":
        return field.type == original.type
    return True
