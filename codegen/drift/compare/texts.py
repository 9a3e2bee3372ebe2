"""Comparison of descriptions, one language at a time, without regard to case, white space and
escapes.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial

from codegen.core.diagnostics import Span
from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context, renamed_id
from codegen.drift.compare.inputs import ComparisonInput
from codegen.model import (
    Parameter,
    Prose,
    common_parameter_id,
    kubernetes,
    split_held_id,
    split_prose_id,
)
from codegen.model.prose import belongs_to_operation, readable_name
from codegen.model.renames import mask_name

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LISTED = re.compile(rf"(?<!\s)\s*+\b{kubernetes.LISTED_VALUES}\s+(?=[-*]\s)")
_ITEM = re.compile(r"(?:\A|\s)[-*]\s+(?=`?\")")
_VALUE = re.compile(r"`?\"((?:[^\"\\]|\\.)*)\"`?\s*")
_MARKS = re.compile(r"[`*_]+")
_SPACE = re.compile(r"\s+")


def compare_texts(context: Context) -> Iterator[Change]:
    """Compare texts in each common language, and find added and removed texts of similar sources."""
    old, new = context.old, context.new
    renamed = context.new_ids
    for locale in sorted(old.reference.prose.keys() & new.reference.prose.keys()):
        is_alike = old.coverage == new.coverage or not (old.is_pages or new.is_pages)
        is_complete = is_alike and locale in old.locales & new.locales
        make = partial(_make_change, context, locale)
        known = set()
        for text_id, before in old.reference.prose[locale].items():
            new_id = renamed_id(text_id, renamed)
            known.add(new_id)
            after = _find_text(new, locale, new_id)
            if before.span.path in old.broken_files or (
                after and after.span.path in new.broken_files
            ):
                continue
            if after is not None:
                if _differs(context, before, text_id, after, new_id):
                    yield make("description-changed", after.span, text_id, before, after)
            elif is_complete and (span := _subject_span(new, new_id)):
                yield make("description-removed", span, text_id, before, None)
        for text_id, after in new.reference.prose[locale].items() if is_complete else ():
            if text_id in known or after.span.path in new.broken_files:
                continue
            if (
                shared := _find_text(old, locale, text_id)
            ) is not None:  # one operation now has a text of its own
                if not is_same_text(shared.text, after.text):
                    yield make("description-changed", after.span, text_id, shared, after)
            elif _subject_span(old, text_id):
                yield make("description-added", after.span, text_id, None, after)


def _make_change(
    context: Context,
    locale: str,
    rule: str,
    span: Span,
    prose_id: str,
    before: Prose | None,
    after: Prose | None,
) -> Change:
    """Make the change of a text, with the directions of the described type."""
    owner, name = split_prose_id(prose_id)
    subject = f"{owner} {name}".rstrip() if " " in owner else readable_name(owner, name)
    old, new = (each and each.text for each in (before, after))
    return context.make(
        rule,
        span,
        context.use(owner),
        id=prose_id,
        subject=subject,
        locale=locale,
        old=old,
        new=new,
    )


def _differs(context: Context, before: Prose, text_id: str, after: Prose, new_id: str) -> bool:
    """Return whether two texts differ, apart from facts that one source cannot express."""
    old, new = before.text, after.text
    if belongs_to_operation(text_id) and not split_prose_id(text_id)[1]:
        if not context.both_support("operation-texts", before.span, after.span):
            return False
        if not context.both_support("whole-titles", before.span, after.span):
            old, new = old.partition(".")[0], new.partition(".")[0]
    return not _is_same_after_renaming(old, text_id, new, new_id)


def _find_text(side: ComparisonInput, locale: str, prose_id: str) -> Prose | None:
    """Return the text of an element. A document has one text for a shared parameter.

    Pages print that text for all operations, even if the document has several texts, so it says
    nothing about a single operation.
    """
    texts = side.reference.prose[locale]
    if prose_id in texts or not belongs_to_operation(prose_id) or side.is_pages:
        return texts.get(prose_id)
    parameter = _find_parameter(side, prose_id)
    return (
        texts.get(common_parameter_id(parameter.name))
        if parameter is not None and parameter.common
        else None
    )


def _find_parameter(side: ComparisonInput, prose_id: str) -> Parameter | None:
    operation = side.reference.operations.get(split_prose_id(prose_id)[0])
    if operation is None:
        return None
    return next(
        (each for each in operation.parameters if operation.parameter_id(each) == prose_id), None
    )


def _subject_span(side: ComparisonInput, prose_id: str) -> Span | None:
    """Return the place of an element by its id, or None if it is not documented."""
    owner, name = split_prose_id(split_held_id(prose_id)[0])
    if (definition := side.reference.definitions.get(owner)) is not None and definition.documented:
        if not name:
            return definition.span
        found = definition.find_field(name)
        return found.span if found else None
    if not name:
        operation = side.reference.operations.get(owner)
        return operation.span if operation is not None else None
    parameter = _find_parameter(side, prose_id)
    return parameter.span if parameter is not None and not parameter.common else None


def is_same_text(first: str, second: str) -> bool:
    """Return whether two texts mean the same.

    Of a list of values after the text only common values are compared. Added and removed values are
    changes of the enumeration, and a list on one side only is a habit of servers.
    """
    (text, values), (other, others) = _split_values(first), _split_values(second)
    if normalize_text(text) != normalize_text(other):
        return False
    common = values.keys() & others.keys()
    return all(normalize_text(values[value]) == normalize_text(others[value]) for value in common)


def _is_same_after_renaming(before: str, old_id: str, after: str, new_id: str) -> bool:
    """Return whether two texts mean the same apart from the name of a renamed element."""
    if is_same_text(before, after):
        return True
    if old_id == new_id:
        return False
    parts = map(split_prose_id, (old_id, new_id))
    names = [field or key.rpartition(".")[2] for key, field in parts]
    # A name can also be an ordinary word of the text; at the beginning it is surely the name.
    return is_same_text(mask_name(before, names[0]), mask_name(after, names[1])) or is_same_text(
        before.removeprefix(names[0]), after.removeprefix(names[1])
    )


@lru_cache(maxsize=4096)
def _split_values(text: str) -> tuple[str, Mapping[str, str]]:
    """Split a text from the list of values at its end; return the description of each value."""
    found = _LISTED.search(text) if kubernetes.LISTED_VALUES in text else None
    if found is None:
        return text, {}
    items = [item for item in _ITEM.split(text[found.end() :]) if item.strip()]
    heads = [_VALUE.match(item) for item in items]
    if not all(heads):
        return text, {}  # no list of values
    return text[: found.start()], {
        head[1]: item[head.end() :] for head, item in zip(heads, items, strict=True) if head
    }


@lru_cache(maxsize=65536)
def normalize_text(text: str) -> str:
    """Remove case, white space, width, escapes and emphasis from a text."""
    plain = _ESCAPE.sub(r"\1", html.unescape(text))
    return _SPACE.sub("", _MARKS.sub("", unicodedata.normalize("NFKC", plain))).casefold()
