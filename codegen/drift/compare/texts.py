"""Comparison of descriptions, one language at a time, without regard to case, white space and escapes."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from codegen.core.diagnostics import Span
from codegen.drift.compare.changes import Change, TextChange
from codegen.drift.compare.context import Context, renamed_id
from codegen.drift.compare.inputs import ComparisonInput
from codegen.model import Prose, common_parameter_id, kubernetes, split_held_id, split_prose_id
from codegen.model.renames import mask_name

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LISTED = re.compile(rf"(?<!\s)\s*+\b{kubernetes.LISTED_VALUES}\s+(?=[-*]\s)")
_ITEM = re.compile(r"(?:\A|\s)[-*]\s+(?=`?\")")
_VALUE = re.compile(r"`?\"((?:[^\"\\]|\\.)*)\"`?\s*")
_MARKS = re.compile(r"[`*_]+")
_SPACE = re.compile(r"\s+")


def compare_texts(context: Context) -> Iterator[Change]:
    """Compare texts in each common language, and find added and removed texts of similar sources."""
    locales = context.old.locales & context.new.locales
    has_same_coverage = context.old.coverage == context.new.coverage
    for locale in sorted(context.old.reference.prose.keys() & context.new.reference.prose.keys()):
        is_complete = locale in locales and has_same_coverage
        yield from _compare_old_texts(context, locale, is_complete=is_complete)
        if is_complete:
            yield from _compare_new_texts(context, locale)


def _compare_old_texts(context: Context, locale: str, *, is_complete: bool) -> Iterator[Change]:
    """Find changed texts of the first source; with complete sources also removed ones."""
    for text_id, before in context.old.reference.prose[locale].items():
        new_id = renamed_id(text_id, context.renamed_fields, context.new_keys)
        after = _text(context.new, locale, new_id)
        if before.span.path in context.old.broken or (after and after.span.path in context.new.broken):
            continue
        is_of_operation = " /" in text_id and "#" not in text_id
        if is_of_operation and after and not context.both_support("operation-texts", before.span, after.span):
            continue
        if after is not None:
            pair = before.text, after.text
            if is_of_operation and not context.both_support("whole-titles", before.span, after.span):
                pair = before.text.partition(".")[0], after.text.partition(".")[0]
            if not _is_same_after_renaming(pair[0], text_id, pair[1], new_id):
                texts = {"old": before.text, "new": after.text}
                yield from _make_change(context, "description-changed", after.span, id=text_id, locale=locale, **texts)
        elif is_complete and (span := _subject_span(context.new, new_id)):
            yield from _make_change(context, "description-removed", span, id=text_id, locale=locale, old=before.text)


def _compare_new_texts(context: Context, locale: str) -> Iterator[Change]:
    """Find added texts, and texts of one operation that differ from the earlier shared text."""
    known = {
        renamed_id(text_id, context.renamed_fields, context.new_keys) for text_id in context.old.reference.prose[locale]
    }
    for text_id, after in context.new.reference.prose[locale].items():
        if text_id in known or after.span.path in context.new.broken:
            continue
        if (shared := _text(context.old, locale, text_id)) is not None:
            if not is_same_text(shared.text, after.text):
                texts = {"old": shared.text, "new": after.text}
                yield from _make_change(context, "description-changed", after.span, id=text_id, locale=locale, **texts)
        elif _subject_span(context.old, text_id):
            yield from _make_change(context, "description-added", after.span, id=text_id, locale=locale, new=after.text)


def _make_change(context: Context, rule: str, span: Span, **facts: Any) -> Iterator[Change]:
    """Make the change of a text, with the directions of the described type."""
    yield context.make(TextChange, rule, span, context.use(split_prose_id(facts["id"])[0]), **facts)


def _text(side: ComparisonInput, locale: str, prose_id: str) -> Prose | None:
    """Return the text of a thing; a document has one text for a shared parameter.

    Pages print that text for all operations, even where the document has several, so that it is no statement about a single one.
    """
    texts = side.reference.prose[locale]
    if prose_id in texts or " /" not in prose_id or side.is_pages:
        return texts.get(prose_id)
    name = side.shared_parameters.get(prose_id)
    return texts.get(common_parameter_id(name)) if name is not None else None


def _subject_span(side: ComparisonInput, prose_id: str) -> Span | None:
    """Return the place of the thing that an id names; None if it is not documented."""
    owner, name = split_prose_id(split_held_id(prose_id)[0])
    if (definition := side.reference.definitions.get(owner)) is not None and definition.documented:
        if not name:
            return definition.span
        found = definition.find_field(name)
        return found.span if found else None
    if (operation := side.reference.operations.get(owner)) is not None:
        if not name:
            return operation.span
        return side.own_parameters.get(prose_id)
    return None


# -------------------------------------------------------------------------------------------------------------- equality


def is_same_text(first: str, second: str) -> bool:
    """Return whether two texts mean the same.

    Of a list of values after the text only common values are compared. Added and removed values are changes of the enumeration, and a list
    on one side only is a habit of servers.
    """
    (text, values), (other, others) = _split_values(first), _split_values(second)
    if normalize_text(text) != normalize_text(other):
        return False
    common = values.keys() & others.keys()
    return all(normalize_text(values[value]) == normalize_text(others[value]) for value in common)


def _is_same_after_renaming(before: str, old_id: str, after: str, new_id: str) -> bool:
    """Return whether two texts mean the same apart from the name of a renamed thing."""
    if old_id == new_id or is_same_text(before, after):
        return is_same_text(before, after)
    names = _name(old_id), _name(new_id)
    # A name can also be an ordinary word of the text; at the beginning it is surely the name.
    return is_same_text(mask_name(before, names[0]), mask_name(after, names[1])) or is_same_text(
        before.removeprefix(names[0]), after.removeprefix(names[1])
    )


def _name(prose_id: str) -> str:
    key, field = split_prose_id(prose_id)
    return field or key.rpartition(".")[2]


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
    return text[: found.start()], {head[1]: item[head.end() :] for head, item in zip(heads, items, strict=True) if head}


@lru_cache(maxsize=65536)
def normalize_text(text: str) -> str:
    """Remove case, white space, width, escapes and emphasis from a text."""
    plain = _ESCAPE.sub(r"\1", html.unescape(text))
    return _SPACE.sub("", _MARKS.sub("", unicodedata.normalize("NFKC", plain))).casefold()
