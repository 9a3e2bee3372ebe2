"""Comparison of descriptions, one language at a time, without regard to case, white space and
escapes. A change of markup alone is reported as such.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from markdown_it import MarkdownIt

from codegen.core.diagnostics import Span
from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context, renamed_id
from codegen.drift.compare.inputs import ComparisonInput
from codegen.model import (
    Parameter,
    Prose,
    column_id,
    common_parameter_id,
    kubernetes,
    split_inner_id,
    split_prose_id,
)
from codegen.model.prose import belongs_to_operation, readable_name
from codegen.model.renames import mask_name

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LISTED = re.compile(rf"(?<!\s)\s*+\b{kubernetes.LISTED_VALUES}\s+(?=[-*]\s)")
_ITEM = re.compile(r"(?:\A|\s)[-*]\s+(?=`?\")")
_VALUE = re.compile(r"`?\"((?:[^\"\\]|\\.)*)\"`?\s*")
_MARKS = re.compile(r"[`*_]")
_SPACE = re.compile(r"\s+")
_LONGEST = 50_000  # characters of a text whose markup is read


def compare_texts(context: Context, text_ids: Mapping[str, str]) -> Iterator[Change]:
    """Compare texts in each common language, and find added and removed texts of similar sources.

    `text_ids` are the new prose ids of renamed elements.
    """
    renamed = {**context.new_keys, **text_ids}
    old, new = context.old, context.new
    is_alike = old.coverage == new.coverage or not (old.is_pages or new.is_pages)
    for locale in sorted(old.reference.prose.keys() & new.reference.prose.keys()):
        is_complete = is_alike and locale in old.locales & new.locales
        yield from _compare_old_texts(context, locale, renamed, is_complete=is_complete)
        if is_complete:
            yield from _find_added_texts(context, locale, renamed)


def _compare_old_texts(
    context: Context, locale: str, renamed: Mapping[str, str], *, is_complete: bool
) -> Iterator[Change]:
    """Compare the texts of the old side with their counterparts, and find removed ones."""
    for text_id, before in context.old.reference.prose[locale].items():
        new_id = renamed_id(text_id, renamed)
        after = _find_text(context.new, locale, new_id)
        if before.span.path in context.old.broken_files:
            continue
        if after is None:
            span = _subject_span(context.new, new_id)
            if is_complete and span is not None:
                yield _make_change(
                    context, locale, "description-removed", span, text_id, before, None
                )
        elif after.span.path not in context.new.broken_files:
            rule = _find_rule(context, before, text_id, after, new_id)
            if rule:
                yield _make_change(context, locale, rule, after.span, text_id, before, after)


def _find_added_texts(
    context: Context, locale: str, renamed: Mapping[str, str]
) -> Iterator[Change]:
    """Find the texts of elements that had none, or shared one with other operations."""
    old_ids = {renamed_id(text_id, renamed) for text_id in context.old.reference.prose[locale]}
    for text_id, after in context.new.reference.prose[locale].items():
        if text_id in old_ids or after.span.path in context.new.broken_files:
            continue
        shared = _find_text(context.old, locale, text_id)
        if shared is not None:
            if not is_same_text(shared.text, after.text):
                yield _make_change(
                    context, locale, "description-changed", after.span, text_id, shared, after
                )
        elif _subject_span(context.old, text_id):
            yield _make_change(
                context, locale, "description-added", after.span, text_id, None, after
            )


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
    if " " in owner:
        subject = f"{owner} {name}".rstrip()
    else:
        subject = readable_name(owner, name)
    return Change(
        graded=context.grade(rule, context.find_directions(owner)),
        id=prose_id,
        subject=subject,
        locale=locale,
        old=None if before is None else before.text,
        new=None if after is None else after.text,
        span=span,
    )


def _find_rule(context: Context, before: Prose, text_id: str, after: Prose, new_id: str) -> str:
    """Return the rule for the difference of two texts, or an empty string.

    Facts that one source cannot express are no difference.
    """
    old, new = before.text, after.text
    if belongs_to_operation(text_id) and not split_prose_id(text_id).name:
        if not context.both_support("operation-texts", before.span, after.span):
            return ""
        if not context.both_support("whole-titles", before.span, after.span):
            old, new = old.partition(".")[0], new.partition(".")[0]
    if not _is_same_after_renaming(old, text_id, new, new_id):
        return "description-changed"
    is_markup_kept = context.old.layout(before.span) == context.new.layout(after.span)
    if is_markup_kept and has_other_markup(old, new):
        return "markup-changed"
    return ""


def _find_text(side: ComparisonInput, locale: str, prose_id: str) -> Prose | None:
    """Return the text of an element. A document has one text for a shared parameter.

    Pages print that text for all operations, even if the document has several texts, so it says
    nothing about a single operation.
    """
    texts = side.reference.prose[locale]
    if prose_id in texts or not belongs_to_operation(prose_id) or side.is_pages:
        return texts.get(prose_id)
    parameter = _find_parameter(side, prose_id)
    if parameter is not None and parameter.common:
        return texts.get(common_parameter_id(parameter.name))
    return None


def _find_parameter(side: ComparisonInput, prose_id: str) -> Parameter | None:
    operation = side.reference.operations.get(split_prose_id(prose_id).owner)
    if operation is None:
        return None
    return next(
        (
            parameter
            for parameter in operation.parameters
            if operation.parameter_id(parameter) == prose_id
        ),
        None,
    )


def _subject_span(side: ComparisonInput, prose_id: str) -> Span | None:
    """Return the place of an element by its id, or None if it is not documented."""
    owner, name = split_prose_id(split_inner_id(prose_id).field_id)
    if (definition := side.reference.definitions.get(owner)) is not None and definition.documented:
        if not name:
            return definition.span
        field = definition.find_field(name)
        if field is not None:
            return field.span
        if definition.resource is not None:
            columns = definition.resource.columns
        else:
            columns = ()
        if any(column_id(owner, column.name) == prose_id for column in columns):
            return definition.locate("additionalPrinterColumns")
        return None
    if not name:
        operation = side.reference.operations.get(owner)
        if operation is not None:
            return operation.span
        return None
    parameter = _find_parameter(side, prose_id)
    if parameter is not None and not parameter.common:
        return parameter.span
    return None


def is_same_text(first: str, second: str) -> bool:
    """Return whether two texts mean the same, whatever their markup.

    Of a list of values after the text only common values are compared. Added and removed values are
    changes of the enumeration, and a list on one side only is a habit of servers.
    """
    if first == second:
        return True
    old, new = _split_values(first), _split_values(second)
    if not _has_same_words(old.text, new.text):
        return False
    common = old.values.keys() & new.values.keys()
    return all(_has_same_words(old.values[value], new.values[value]) for value in common)


def has_other_markup(first: str, second: str) -> bool:
    """Return whether two texts have the same words, and differ in emphasis or marks of code."""
    if first == second or not is_same_text(first, second):
        return False
    return normalize_text(_split_values(first).text) != normalize_text(_split_values(second).text)


def _has_same_words(first: str, second: str) -> bool:
    if normalize_text(first) == normalize_text(second):
        return True
    return _remove_markup(first) == _remove_markup(second)


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


class _DescribedValues(NamedTuple):
    """A text without the list of values at its end, and the description of each value."""

    text: str
    values: Mapping[str, str] = MappingProxyType({})


@lru_cache(maxsize=4096)
def _split_values(text: str) -> _DescribedValues:
    """Split a text from the list of values at its end."""
    if kubernetes.LISTED_VALUES in text:
        match = _LISTED.search(text)
    else:
        match = None
    if match is None:
        return _DescribedValues(text)
    items = [item for item in _ITEM.split(text[match.end() :]) if item.strip()]
    heads = [_VALUE.match(item) for item in items]
    if not all(heads):
        return _DescribedValues(text)  # no list of values
    values = {head[1]: item[head.end() :] for head, item in zip(heads, items, strict=True) if head}
    return _DescribedValues(text[: match.start()], values)


@lru_cache(maxsize=65536)
def normalize_text(text: str) -> str:
    """Remove case, white space, width and escapes from a text."""
    return _fold(_ESCAPE.sub(r"\1", html.unescape(text)))


@lru_cache(maxsize=4096)
def _remove_markup(text: str) -> str:
    """Normalize a text, and remove what CommonMark reads as emphasis and marks of code."""
    if not _MARKS.search(text) or len(text) > _LONGEST:
        return normalize_text(text)
    pieces: list[str] = []
    for block in _inline_parser().parseInline(text):
        for token in block.children or ():
            is_mark = token.type.endswith(("_open", "_close"))
            pieces.append("" if is_mark else token.content)
    return _fold("".join(pieces))


@cache
def _inline_parser() -> MarkdownIt:
    return MarkdownIt("zero").enable(["emphasis", "backticks", "escape", "entity"])


def _fold(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()
