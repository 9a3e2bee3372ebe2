"""Descriptions, one language at a time."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.drift.compare.changes import Change, TextChange
from codegen.drift.compare.context import Context
from codegen.drift.compare.renames import masked
from codegen.drift.compare.side import Side
from codegen.drift.compare.texts import alike
from codegen.findings.diagnostics import Span
from codegen.findings.levels import Direction


def text_changes(context: Context) -> Iterator[Change]:
    """Texts that changed, in each language that both sides have; and, between sources of one kind, added and removed ones."""
    old, new = context.old.reference, context.new.reference
    complete = context.old.locales & context.new.locales
    same_form = context.old.coverage == context.new.coverage
    for locale in sorted(old.prose.keys() & new.prose.keys()):
        old_texts, new_texts = old.prose[locale], new.prose[locale]
        for text_id, before in old_texts.items():
            new_id = _followed(context, text_id)
            after = new_texts.get(new_id)
            if before.span.path in context.old.broken or (after and after.span.path in context.new.broken):
                continue
            if (
                " /" in text_id
                and "#" not in text_id
                and after
                and not context.both_can_say("operation-texts", before.span, after.span)
            ):
                continue
            if after is not None and not _same(before.text, text_id, after.text, new_id):
                yield from context.make(
                    TextChange,
                    "description-changed",
                    after.span,
                    _used(context, text_id),
                    id=text_id,
                    old=before.text,
                    new=after.text,
                    locale=locale,
                )
            elif after is None and locale in complete and same_form and (place := _place(context.new, new_id)):
                yield from context.make(
                    TextChange,
                    "description-removed",
                    place,
                    _used(context, text_id),
                    id=text_id,
                    old=before.text,
                    locale=locale,
                )
        if locale in complete and same_form:
            known = {_followed(context, text_id) for text_id in old_texts}
            for text_id, after in new_texts.items():
                if text_id not in known and after.span.path not in context.new.broken and _place(context.old, text_id):
                    yield from context.make(
                        TextChange,
                        "description-added",
                        after.span,
                        _used(context, text_id),
                        id=text_id,
                        new=after.text,
                        locale=locale,
                    )


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


def _used(context: Context, prose_id: str) -> frozenset[Direction]:
    """Whom a text concerns: those who send or read the type that it describes, or a part of it."""
    return context.use(prose_id.partition("#")[0])


def _followed(context: Context, prose_id: str) -> str:
    """The id of the same thing on the second side, where it or its definition was renamed."""
    if prose_id in context.renamed_fields:
        return context.renamed_fields[prose_id]
    key, mark, name = prose_id.partition("#")
    return f"{context.renamed[key]}{mark}{name}" if key in context.renamed else prose_id


def _place(side: Side, prose_id: str) -> Span | None:
    """Where a side has the thing that an id names, if it documents it at all."""
    owner, mark, name = prose_id.partition("#")
    if (definition := side.reference.definitions.get(owner)) is not None and definition.documented:
        if not mark:
            return definition.span
        found = definition.field(name)
        return found.span if found else None
    if (operation := side.reference.operations.get(owner)) is not None:
        if not mark:
            return operation.span
        return next(
            (parameter.span for parameter in operation.parameters if parameter.name == name and not parameter.common),
            None,
        )
    return None
