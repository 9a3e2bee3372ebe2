"""Named types: added, removed, renamed, of another type or kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from codegen.drift.compare import merging
from codegen.drift.compare.changes import Change, DefinitionChange, RenameChange, titled
from codegen.drift.compare.context import Context
from codegen.drift.compare.fields import field_changes
from codegen.drift.compare.keywords import keyword_changes
from codegen.drift.compare.referrers import Referrers
from codegen.model import Definition, Reference, Scalar, Type, definition_refs, renames
from codegen.model.circles import beneath
from codegen.model.type_words import words

MOST_COUNTED = 100  # types with changes that a type of another name leads to


def definition_changes(context: Context) -> Iterator[Change]:
    """All changes of definitions and of what is in them. Fills in what was renamed, which references follow."""
    found = list(_changes(context))
    yield from found
    former = {new: old for old, new in context.renamed.items()}
    owners = (change.id.partition("#")[0] for change in found)
    changed = Counter(former.get(owner, owner) for owner in owners)
    definitions = context.old.reference.definitions, context.new.reference.definitions
    below = _changed_below(context, changed)
    for old, new in context.renamed.items():
        pair = definitions[0][old], definitions[1][new]
        yield from _renamed(context, *pair, changed[old], below(*pair))


def _changes(context: Context) -> Iterator[Change]:
    old, new = context.old.reference.definitions, context.new.reference.definitions
    removed = [
        key
        for key, definition in old.items()
        if definition.documented and key not in new and not _skipped(context, key)
    ]
    added = [
        key
        for key, definition in new.items()
        if definition.documented and key not in old and not _skipped(context, key)
    ]
    context.moved.update(renames.definitions(context.old.reference, context.new.reference, removed, added))
    taken = set(context.renamed.values())
    referrers = Referrers(context.old, context.new, context.pages) if context.pages is not None else None
    for key in removed:
        if key in context.renamed:
            yield from _definition(context, old[key], new[context.renamed[key]])
        elif context.old.coverage <= context.new.coverage:
            yield from _removed(context, old[key], referrers)
    if context.new.coverage <= context.old.coverage:
        for key in added:
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
    """Whether a definition is in a file with errors, is reported with its whole page, or has a guessed package."""
    for own, second in ((context.old, context.new), (context.new, context.old)):
        definition = own.reference.definitions.get(key)
        if definition is None:
            continue
        if definition.span.path in own.broken:
            return True
        if key in second.reference.definitions:
            continue
        if context.pages is not None and context.pages.whole(definition.span):
            return True
        if not own.supports("package", definition.span) and second.has_name(definition.name):
            return True
    return False


def _removed(context: Context, definition: Definition, referrers: Referrers | None) -> Iterator[Change]:
    span, in_new = definition.span, False
    if referrers is not None and (referrer := referrers.place(definition)) is not None:
        span, in_new = referrer, True
    yield from context.make(
        DefinitionChange,
        "definition-removed",
        span,
        context.use(definition.key),
        id=definition.key,
        old=definition.key,
        before=definition,
        in_new=in_new,
    )


def _renamed(context: Context, before: Definition, after: Definition, own: int, below: int) -> Iterator[Change]:
    """That a type has another name. `own` is how many changes were found of it, `below` how many types have some that it leads to."""
    moved = bool(before.gvks and after.gvks) and {each.api_version for each in before.gvks}.isdisjoint(
        each.api_version for each in after.gvks
    )
    yield from context.make(
        RenameChange,
        "definition-moved" if moved else "definition-renamed",
        after.span,
        context.use(before.key, after.key),
        id=before.key,
        old=titled(before.key),
        new=titled(after.key),
        before=before,
        after=after,
        facts="; ".join(_facts(context, before, after, own, below)),
    )


def _facts(context: Context, before: Definition, after: Definition, own: int, below: int) -> Iterator[str]:
    """What is the same of two definitions, and what is not."""
    yield f"with {own} change{'s' * (own > 1)} of its own" if own else "with the same fields"
    if below:
        count = f"more than {MOST_COUNTED}" if below > MOST_COUNTED else str(below)
        yield f"{count} type{'s' * (below > 1)} that its fields lead to differ{'s' * (below == 1)}"
    kinds = _kinds(before, but=after), _kinds(after, but=before)
    if all(kinds) and context.both_support("kinds", before.span, after.span):
        yield f"its kind was {kinds[0]} and is {kinds[1]}"


def _changed_below(context: Context, changed: Mapping[str, int]) -> Callable[[Definition, Definition], int]:
    """How many types that the fields of a definition lead to have changes; of more than `MOST_COUNTED` only that there are more."""
    marked = {key for key, count in changed.items() if count}
    # Two of them may be the type itself, and one more says that there are more.
    sides = [
        beneath(_uses(side.reference), marked, MOST_COUNTED + 3) if context.renamed and marked else {}
        for side in (context.old, context.new)
    ]

    def count(before: Definition, after: Definition) -> int:
        below = sides[0].get(before.key, frozenset()) | sides[1].get(after.key, frozenset())
        return len(below - {before.key, after.key})

    return count


def _uses(reference: Reference) -> dict[str, tuple[str, ...]]:
    return {
        key: tuple(target for target in definition_refs(definition) if target in reference.definitions)
        for key, definition in reference.definitions.items()
    }


def _definition(context: Context, before: Definition, after: Definition) -> Iterator[Change]:
    used = context.use(before.key, after.key)
    facts: dict[str, Any] = {"id": before.key, "before": before, "after": after}
    if before.type is not None and after.type is not None:
        for difference in context.types(before.type, after.type, before.span, after.span, enums=True):
            yield from context.make(
                DefinitionChange,
                "definition-type-changed",
                after.span,
                used,
                old=difference.old,
                new=difference.new,
                **facts,
            )
    elif bool(before.fields) != bool(after.fields) and not _open(before.type or after.type):
        old, new = (
            "an object" if definition.type is None else words(definition.type) for definition in (before, after)
        )
        yield from context.make(
            DefinitionChange, "definition-type-changed", after.span, used, old=old, new=new, **facts
        )
        return
    moved = context.renamed.get(before.key) == after.key  # which says it
    if {*before.gvks} != {*after.gvks} and not moved and context.both_support("kinds", before.span, after.span):
        kinds = {"old": _kinds(before, but=after), "new": _kinds(after, but=before)}
        yield from context.make(DefinitionChange, "definition-kinds-changed", after.span, used, **kinds, **facts)
    owned = merging.map_type(before.map_type), merging.map_type(after.map_type)
    if owned[0] != owned[1] and context.both_support("map-type", before.span, after.span):
        types = {"old": owned[0] or None, "new": owned[1] or None}
        yield from context.make(DefinitionChange, "definition-map-type-changed", after.span, used, **types, **facts)
    has_opened = before.open != after.open and bool(before.fields and after.fields)
    if has_opened and context.both_support("keywords", before.span, after.span):
        dropped = "unknown-fields-dropped" if after.resource is None else "unknown-fields-pruned"
        rule = "unknown-fields-kept" if after.open else dropped
        yield from context.make(DefinitionChange, rule, after.span, used, **facts)
    yield from keyword_changes(context, DefinitionChange, used, facts, stored=after.resource is not None)
    yield from field_changes(context, before, after)


def _kinds(definition: Definition, *, but: Definition) -> str | None:
    """The kinds that a definition serves and another one does not."""
    others = {*but.gvks}
    return ", ".join(str(gvk) for gvk in definition.gvks if gvk not in others) or None


def _open(expression: Type | None) -> bool:
    """An object about which a source says nothing more: it merely lacks the fields that the other one has."""
    return expression is None or (isinstance(expression, Scalar) and expression.type in {"object", ""})
