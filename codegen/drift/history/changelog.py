"""The changelog of several releases: the changes that `codegen diff` finds between each release and
the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from types import MappingProxyType

from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span
from codegen.core.locales import SHIPPED, Languages
from codegen.drift import diff
from codegen.drift.compare.changes import Change, format_value
from codegen.drift.compare.context import renamed_id
from codegen.drift.compare.engine import compare
from codegen.drift.compare.inputs import ComparisonInput, select_inputs
from codegen.drift.history.changelog_records import Changelog, HistoryEntry, RemovedKind
from codegen.drift.history.successors import find_successors
from codegen.model import Reference
from codegen.model.kubernetes import is_list_key
from codegen.model.selection import Pattern, matched_patterns
from codegen.readers import releases
from codegen.readers.releases import ReleaseSource


def read_changelog(
    sources: Sequence[ReleaseSource],
    report: Report,
    *,
    wanted: Sequence[Pattern] = (),
    languages: Languages = SHIPPED,
) -> Changelog:
    """Read the sources of several releases, and compare each with the next.

    The changelog of fewer than two releases is empty. A release may lack some of `wanted`. Raises
    `CodegenError` for sources that cannot be read, and for two consecutive releases with nothing in
    common. The report warns about everything that was not compared.
    """
    ordered = releases.sort_releases(sources)
    if len(ordered) < 2:
        return Changelog()
    sides = [diff.read(release.source, languages=languages) for release in ordered]
    if wanted and not (sides := _select(sides, wanted)):
        report.warning(
            "history-incomplete",
            "no release has any selected definition",
            ordered[-1].source.place or Span(path=ordered[-1].source.display_path),
            "name releases below `history` that have it, or none",
        )
        return Changelog()
    for release, side in zip(ordered, sides, strict=True):
        for left in side.not_compared:
            count = f" ({left.count} times)" if left.count > 1 else ""
            report.warning(
                "history-incomplete",
                f"{left.what}: its changes are not reported{count}",
                release.source.place or Span(path=release.source.display_path),
                f"`codegen inspect {release.source.display_path}` names what was left out",
                arguments=(left.what,),
            )
    entries: list[HistoryEntry] = []
    for (first, old), (second, new) in pairwise(zip(ordered, sides, strict=True)):
        comparison = compare(old, new)
        entries += (
            _make_entry(change, first.release, second.release) for change in comparison.changes
        )
        for number, entry in enumerate(entries):  # elements have their present ids
            name, *other_ids = (
                renamed_id(name, comparison.renamed) for name in (entry.id, *entry.ids)
            )
            entries[number] = replace(entry, id=name, ids=tuple(other_ids))
    return Changelog(
        releases=tuple(release.release for release in ordered),
        entries=tuple(entries),
        dates=MappingProxyType(
            {release.release: release.date for release in ordered if release.date}
        ),
        removed=_find_removed_kinds(
            [release.release for release in ordered], [side.reference for side in sides]
        ),
        keys=frozenset().union(*(side.reference.definitions for side in sides)),
    )


def _find_removed_kinds(
    names: Sequence[str], references: Sequence[Reference]
) -> tuple[RemovedKind, ...]:
    """Find the kinds of earlier releases that the newest one lacks, without lists."""
    removed, newest = {}, references[-1]
    for reference, (last, release) in zip(references, pairwise(names), strict=False):
        successors = find_successors(reference, newest)
        for key, definition in reference.definitions.items():
            is_gone = key not in newest.definitions and not is_list_key(key, reference.definitions)
            if is_gone and definition.documented and definition.gvk:
                facts = {"last": last, "release": release, "successor": successors.get(key, "")}
                removed[key] = RemovedKind(key=key, gvk=definition.gvk, **facts)
    return tuple(removed.values())


def _select(sides: Sequence[ComparisonInput], wanted: Sequence[Pattern]) -> list[ComparisonInput]:
    """Select the wanted part of each release; return no release if none has any of it."""
    references = [side.reference for side in sides]
    matching = matched_patterns(references, wanted)
    used = tuple(selector for selector in wanted if selector in matching)
    if all(selector.leaves_out for selector in used) and not all(
        selector.leaves_out for selector in wanted
    ):
        return []
    return select_inputs(sides, used)


def _make_entry(change: Change, before: str, release: str) -> HistoryEntry:
    """Make the entry of a change. Texts stay whole, since their changed words are marked."""
    values = (change.old or "", change.new or "")
    old, new = (format_value(value) if value and not change.locale else value for value in values)
    return HistoryEntry(
        release=release,
        before=before,
        rule=change.rule.id,
        aspect=change.rule.aspect,
        life=change.rule.life,
        fact=change.rule.fact.format(old=old, new=new) or change.rule.id,
        level=str(change.level),
        id=change.id,
        name=change.subject,
        says=change.message,
        ids=change.ids,
        old=old,
        new=new,
        locale=change.locale,
        rejects=change.grade.request is change.level,
    )
