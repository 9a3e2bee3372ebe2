"""Descriptions, one language at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.drift.compare.changes import Change, TextChange
from codegen.drift.compare.context import Context, followed
from codegen.drift.compare.side import Side
from codegen.drift.compare.texts import alike
from codegen.findings.diagnostics import Span
from codegen.model import Prose, common_parameter_id, holder_of
from codegen.model.renames import masked


def text_changes(context: Context) -> Iterator[Change]:
    """Texts that changed, in each language that both sides have; and, between sources of one kind, added and removed ones."""
    complete = context.old.locales & context.new.locales
    same_form = context.old.coverage == context.new.coverage
    for locale in sorted(context.old.reference.prose.keys() & context.new.reference.prose.keys()):
        whole = locale in complete and same_form
        yield from _changed(context, locale, whole=whole)
        if whole:
            yield from _added(context, locale)


def _changed(context: Context, locale: str, *, whole: bool) -> Iterator[Change]:
    """The texts of the first side that are others on the second one; where both are `whole`, those that are gone."""
    for text_id, before in context.old.reference.prose[locale].items():
        new_id = followed(text_id, context.renamed_fields, context.renamed)
        after = _text(context.new, locale, new_id)
        if before.span.path in context.old.broken or (after and after.span.path in context.new.broken):
            continue
        of_operation = " /" in text_id and "#" not in text_id
        if of_operation and after and not context.both_support("operation-texts", before.span, after.span):
            continue
        if after is not None:
            pair = before.text, after.text
            if of_operation and not context.both_support("whole-titles", before.span, after.span):
                pair = before.text.partition(".")[0], after.text.partition(".")[0]
            if not _same(pair[0], text_id, pair[1], new_id):
                texts = {"old": before.text, "new": after.text}
                yield from _change(context, "description-changed", after.span, id=text_id, locale=locale, **texts)
        elif whole and (place := _place(context.new, new_id)):
            yield from _change(context, "description-removed", place, id=text_id, locale=locale, old=before.text)


def _added(context: Context, locale: str) -> Iterator[Change]:
    """The texts that only the second side has, or that it has for one operation where the first has them for all."""
    known = {
        followed(text_id, context.renamed_fields, context.renamed) for text_id in context.old.reference.prose[locale]
    }
    for text_id, after in context.new.reference.prose[locale].items():
        if text_id in known or after.span.path in context.new.broken:
            continue
        if (shared := _text(context.old, locale, text_id)) is not None:
            if not alike(shared.text, after.text):
                texts = {"old": shared.text, "new": after.text}
                yield from _change(context, "description-changed", after.span, id=text_id, locale=locale, **texts)
        elif _place(context.old, text_id):
            yield from _change(context, "description-added", after.span, id=text_id, locale=locale, new=after.text)


def _change(context: Context, rule: str, span: Span, **facts: Any) -> Iterator[Change]:
    """A change of a text, which concerns those who send or read the type that it describes, or a part of it."""
    yield from context.make(TextChange, rule, span, context.use(facts["id"].partition("#")[0]), **facts)


def _text(side: Side, locale: str, prose_id: str) -> Prose | None:
    """The text of a thing. Of a parameter that operations of a document share, it stands under the name of the parameter.

    Pages print one text for all operations, also where the document has several, so there it is no statement about one of them.
    """
    texts = side.reference.prose[locale]
    if prose_id in texts or " /" not in prose_id or side.is_pages:
        return texts.get(prose_id)
    name = side.shared_parameters.get(prose_id)
    return texts.get(common_parameter_id(name)) if name is not None else None


def _same(before: str, old_id: str, after: str, new_id: str) -> bool:
    """Whether two texts say the same; of what was renamed, apart from its name."""
    if old_id == new_id or alike(before, after):
        return alike(before, after)
    names = _name(old_id), _name(new_id)
    # The name may also be a word of the text: it is the name at least where the text begins with it.
    return alike(masked(before, names[0]), masked(after, names[1])) or alike(
        before.removeprefix(names[0]), after.removeprefix(names[1])
    )


def _name(prose_id: str) -> str:
    key, mark, field = prose_id.partition("#")
    return field if mark else key.rpartition(".")[2]


def _place(side: Side, prose_id: str) -> Span | None:
    """Where a side has the thing that an id names, if it documents it at all."""
    owner, mark, _ = prose_id.partition("#")
    if (definition := side.reference.definitions.get(owner)) is not None and definition.documented:
        if not mark:
            return definition.span
        found = definition.field_at(holder_of(prose_id)[0].partition("#")[2])
        return found.span if found else None
    if (operation := side.reference.operations.get(owner)) is not None:
        if not mark:
            return operation.span
        return side.own_parameters.get(prose_id)
    return None
