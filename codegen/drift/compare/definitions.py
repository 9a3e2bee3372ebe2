"""Comparison of definitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from codegen.drift.compare import merge_annotations
from codegen.drift.compare.changes import Change, DefinitionChange, RenameChange, readable_name
from codegen.drift.compare.context import Context, Subject
from codegen.drift.compare.fields import compare_fields
from codegen.drift.compare.keywords import compare_keywords
from codegen.drift.compare.missing import MissingDefinitions
from codegen.model import Definition, Reference, Scalar, Type, definition_refs, renames, split_prose_id
from codegen.model.recursion import reachable_marked
from codegen.model.types import format_type

MOST_COUNTED = 100  # changed types that a renamed type leads to


def compare_definitions(context: Context) -> Iterator[Change]:
    """Find all changes of definitions and fields, and record renamed definitions in the context."""
    found = list(_compare_all(context))
    yield from found
    former = {new: old for old, new in context.new_keys.items()}
    owners = (split_prose_id(change.id)[0] for change in found)
    changed = Counter(former.get(owner, owner) for owner in owners)
    definitions = context.old.reference.definitions, context.new.reference.definitions
    below = _count_changed_below(context, changed)
    for old, new in context.new_keys.items():
        pair = definitions[0][old], definitions[1][new]
        yield _rename_change(context, *pair, changed[old], below(*pair))


def _compare_all(context: Context) -> Iterator[Change]:
    old, new = context.old.reference.definitions, context.new.reference.definitions
    removed = [
        key
        for key, definition in old.items()
        if definition.documented and key not in new and not _is_skipped(context, key)
    ]
    added = [
        key
        for key, definition in new.items()
        if definition.documented and key not in old and not _is_skipped(context, key)
    ]
    context.renames.update(renames.match_definitions(context.old.reference, context.new.reference, removed, added))
    taken = set(context.new_keys.values())
    missing = MissingDefinitions(context.old, context.new, context.pages) if context.pages is not None else None
    for key in removed:
        if key in context.new_keys:
            yield from _compare_pair(context, old[key], new[context.new_keys[key]])
        elif context.old.coverage <= context.new.coverage:
            yield _removal_change(context, old[key], missing)
    if context.new.coverage <= context.old.coverage:
        for key in added:
            if key not in taken:
                subject = Subject(context=context, kind=DefinitionChange, id=key, after=new[key], used=context.use(key))
                yield subject.change("definition-added", new=key)
    for key, before in old.items():
        after = new.get(key)
        if after is not None and before.documented and after.documented and not _is_skipped(context, key):
            yield from _compare_pair(context, before, after)


def _is_skipped(context: Context, key: str) -> bool:
    """Return whether a definition has errors, a guessed package, or a page that is reported as a whole."""
    for own, second in ((context.old, context.new), (context.new, context.old)):
        definition = own.reference.definitions.get(key)
        if definition is None:
            continue
        if definition.span.path in own.broken:
            return True
        if key in second.reference.definitions:
            continue
        if context.pages is not None and context.pages.is_reported(definition.span):
            return True
        if not own.supports("package", definition.span) and second.has_name(definition.name):
            return True
    return False


def _removal_change(context: Context, definition: Definition, missing: MissingDefinitions | None) -> Change:
    span, in_new = definition.span, False
    if missing is not None and (referrer := missing.span(definition)) is not None:
        span, in_new = referrer, True
    key = definition.key
    subject = Subject(context=context, kind=DefinitionChange, id=key, before=definition, used=context.use(key))
    return subject.change("definition-removed", key, span=span, in_new=in_new)


def _rename_change(context: Context, before: Definition, after: Definition, own: int, below: int) -> Change:
    """Make the change of a name; `own` and `below` count changes of the type and changed types below it."""
    is_moved = bool(before.gvks and after.gvks) and {each.api_version for each in before.gvks}.isdisjoint(
        each.api_version for each in after.gvks
    )
    rule = "definition-moved" if is_moved else "definition-renamed"
    facts = "; ".join(_facts(context, before, after, own, below))
    subject = _subject(context, RenameChange, before, after)
    return subject.change(rule, readable_name(before.key), readable_name(after.key), facts=facts)


def _subject(context: Context, kind: type[Change], before: Definition, after: Definition) -> Subject:
    used = context.use(before.key, after.key)
    return Subject(context=context, kind=kind, id=before.key, before=before, after=after, used=used)


def _facts(context: Context, before: Definition, after: Definition, own: int, below: int) -> Iterator[str]:
    """Describe how a definition changed along with its name."""
    yield f"with {own} change{'s' * (own > 1)} of its own" if own else "with the same fields"
    if below:
        count = f"more than {MOST_COUNTED}" if below > MOST_COUNTED else str(below)
        yield f"{count} type{'s' * (below > 1)} that its fields lead to differ{'s' * (below == 1)}"
    kinds = _kinds(before, but=after), _kinds(after, but=before)
    if all(kinds) and context.both_support("kinds", before.span, after.span):
        yield f"its kind was {kinds[0]} and is {kinds[1]}"


def _count_changed_below(context: Context, changed: Mapping[str, int]) -> Callable[[Definition, Definition], int]:
    """Return a function that counts the changed types below a definition, up to about `MOST_COUNTED`."""
    marked = {key for key, count in changed.items() if count}
    # Two of them can be the type itself; one more shows that there are more.
    sides = [
        reachable_marked(_uses(side.reference), marked, MOST_COUNTED + 3) if context.new_keys and marked else {}
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


def _compare_pair(context: Context, before: Definition, after: Definition) -> Iterator[Change]:
    subject = _subject(context, DefinitionChange, before, after)
    if before.type is not None and after.type is not None:
        for difference in subject.compare_types():
            yield subject.change("definition-type-changed", difference.old, difference.new)
    elif bool(before.fields) != bool(after.fields) and not _is_open(before.type or after.type):
        old, new = ("an object" if each.type is None else format_type(each.type) for each in (before, after))
        yield subject.change("definition-type-changed", old, new)
        return
    is_moved = context.new_keys.get(before.key) == after.key  # reported by the rename
    if {*before.gvks} != {*after.gvks} and not is_moved and subject.is_supported("kinds"):
        yield subject.change("definition-kinds-changed", _kinds(before, but=after), _kinds(after, but=before))
    map_types = [merge_annotations.map_type(each.map_type) for each in (before, after)]
    if map_types[0] != map_types[1] and subject.is_supported("map-type"):
        yield subject.change("definition-map-type-changed", map_types[0] or None, map_types[1] or None)
    has_opened = before.open != after.open and bool(before.fields and after.fields)
    if has_opened and subject.is_supported("keywords"):
        dropped = "unknown-fields-dropped" if after.resource is None else "unknown-fields-pruned"
        yield subject.change("unknown-fields-kept" if after.open else dropped)
    yield from compare_keywords(subject, stored=after.resource is not None)
    yield from compare_fields(context, before, after)


def _kinds(definition: Definition, *, but: Definition) -> str | None:
    """Return the kinds that a definition serves and another one does not."""
    others = {*but.gvks}
    return ", ".join(str(gvk) for gvk in definition.gvks if gvk not in others) or None


def _is_open(expression: Type | None) -> bool:
    """Return whether a source states nothing except that a type is an object."""
    return expression is None or (isinstance(expression, Scalar) and expression.type in {"object", ""})
