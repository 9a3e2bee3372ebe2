"""Named types: added, removed, renamed, of another type, of another kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.drift.compare import renames
from codegen.drift.compare.changes import Change, DefinitionChange, titled
from codegen.drift.compare.context import Context
from codegen.drift.compare.fields import field_changes, where
from codegen.findings.diagnostics import Span
from codegen.model import Definition
from codegen.model.type_words import words


def definition_changes(context: Context) -> Iterator[Change]:
    """All changes of definitions and of what is in them. Fills in what was renamed, which references follow."""
    old, new = context.old.reference.definitions, context.new.reference.definitions
    gone = [key for key, each in old.items() if each.documented and key not in new and not _skipped(context, key)]
    come = [key for key, each in new.items() if each.documented and key not in old and not _skipped(context, key)]
    context.renamed.update(renames.definitions(context.old.reference, context.new.reference, gone, come))
    taken = set(context.renamed.values())
    for key in gone:
        if key in context.renamed:
            yield from _renamed(context, old[key], new[context.renamed[key]])
        elif context.old.coverage <= context.new.coverage:
            yield from _removed(context, old[key])
    if context.new.coverage <= context.old.coverage:
        for key in come:
            if key not in taken:
                yield from context.make(
                    DefinitionChange,
                    "definition-added",
                    new[key].span,
                    context.use(key),
                    id=key,
                    new=key,
                    after=new[key],
                )
    for key, before in old.items():
        after = new.get(key)
        if after is not None and before.documented and after.documented and not _skipped(context, key):
            yield from _definition(context, before, after)


def _skipped(context: Context, key: str) -> bool:
    """Whether a definition stands in a file with errors, is reported with its whole page, or has a package that was guessed."""
    for mine, other in ((context.old, context.new), (context.new, context.old)):
        definition = mine.reference.definitions.get(key)
        if definition is None:
            continue
        if definition.span.path in mine.broken:
            return True
        if key in other.reference.definitions:
            continue
        if context.pages is not None and context.pages.whole(definition.span):
            return True
        if not mine.can_say("package", definition.span) and other.has_name(definition.name):
            return True
    return False


def _removed(context: Context, gone: Definition) -> Iterator[Change]:
    span, in_new = gone.span, False
    if (referrer := _referrer(context, gone.key)) is not None:
        span, in_new = referrer, True
    yield from context.make(
        DefinitionChange,
        "definition-removed",
        span,
        context.use(gone.key),
        id=gone.key,
        old=gone.key,
        before=gone,
        in_new=in_new,
    )


def _referrer(context: Context, key: str) -> Span | None:
    """The place in the second language that should lead to a definition which only the first has."""
    if context.pages is None:
        return None
    queue = [key]
    for each in queue:
        for owner, name in context.pages.referrers(each):
            before = context.old.reference.definitions[owner]
            after = context.new.reference.definitions.get(owner)
            if after is not None and after.documented:
                field = before.field(name)
                return where(field, before, after) if field is not None else after.span
            if owner not in queue:
                queue.append(owner)
    return context.pages.head(context.old.reference.definitions[key].span)


def _renamed(context: Context, before: Definition, after: Definition) -> Iterator[Change]:
    yield from context.make(
        DefinitionChange,
        "definition-renamed",
        after.span,
        context.use(before.key, after.key),
        id=before.key,
        old=titled(before.key),
        new=titled(after.key),
        before=before,
        after=after,
    )
    yield from _definition(context, before, after)


def _definition(context: Context, before: Definition, after: Definition) -> Iterator[Change]:
    used = context.use(before.key, after.key)
    facts: dict[str, Any] = {"id": before.key, "before": before, "after": after}
    if before.type is not None and after.type is not None:
        for each in context.types(before.type, after.type, before.span, after.span):
            yield from context.make(
                DefinitionChange, "definition-type-changed", after.span, used, old=each.old, new=each.new, **facts
            )
    elif bool(before.fields) != bool(after.fields) and not _open(before.type or after.type):
        old, new = ("an object" if each.type is None else words(each.type) for each in (before, after))
        yield from context.make(
            DefinitionChange, "definition-type-changed", after.span, used, old=old, new=new, **facts
        )
        return
    if before.gvks != after.gvks and context.both_can_say("kinds", before.span, after.span):
        kinds = {"old": _kinds(before), "new": _kinds(after)}
        yield from context.make(DefinitionChange, "definition-kinds-changed", after.span, used, **kinds, **facts)
    if before.map_type != after.map_type and context.both_can_say("map-type", before.span, after.span):
        types = {"old": before.map_type or None, "new": after.map_type or None}
        yield from context.make(DefinitionChange, "definition-map-type-changed", after.span, used, **types, **facts)
    yield from field_changes(context, before, after)


def _kinds(each: Definition) -> str | None:
    return ", ".join(f"{gvk.api_version} {gvk.kind}" for gvk in each.gvks) or None


def _open(expression: Any) -> bool:
    """An object of which a source says nothing more: the fields that the other has are what is missing."""
    return getattr(expression, "type", "") in {"object", ""}
